/**
 * The engine's HTTP interface with the contract's types. Every refusal is thrown as a Failure; nothing returns undefined.
 * Writes carry an idempotency key, so that a repeated click or a retry does the thing once.
 */
import createClient, { type FetchResponse } from "openapi-fetch";
import type { paths } from "../contracts/api.gen";
import type { Problem } from "../contracts/records";
import { Failure } from "./failure";
import { refusal } from "./refusal";

const client = createClient<paths>({ baseUrl: location.origin, credentials: "same-origin" });

/** The typed calls: `engine.GET("/v1/machines", { params })`. Hand what they return to `answer`. */
export const engine = client;

type Pending<T extends Record<string | number, unknown>, O, M extends `${string}/${string}`> = Promise<FetchResponse<T, O, M>>;

/** The body of a successful answer. Throws Failure. */
export async function answer<T extends Record<string | number, unknown>, O, M extends `${string}/${string}`>(
  pending: Pending<T, O, M>,
): Promise<NonNullable<FetchResponse<T, O, M>["data"]>> {
  let found: FetchResponse<T, O, M>;
  try {
    found = await pending;
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw Failure.unreachable(error);
  }
  if (found.data !== undefined && found.response.ok) return found.data as NonNullable<typeof found.data>;
  if (found.response.status === 401) refusal.refused();
  if (isProblem(found.error)) throw Failure.of(found.error);
  throw Failure.unexpected(found.response.status);
}

/** Headers of one act: the same act sent again has the same key. */
export function once(key: string = crypto.randomUUID()): { "Idempotency-Key": string } {
  return { "Idempotency-Key": key };
}

function isProblem(error: unknown): error is Problem {
  return typeof error === "object" && error !== null && "code" in error && "status" in error;
}

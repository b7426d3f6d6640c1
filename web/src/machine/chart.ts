/**
 * One strip's canvas. It draws what it is given and keeps nothing: samples, holes, bands and marks come with every redraw, and
 * a strip without samples is an empty one. Everything that can be read or clicked stands beside it in the page.
 */
import uPlot from "uplot";
import type { Band } from "./bands";
import type { Ink } from "./ink";
import type { Moment } from "./marks";
import { inSight, reach } from "./scale";
import type { Slice, Span } from "./slice";
import type { StripPlan } from "./strips";

/** Room left of the plot for the numbers of the scale, and right of it for the tags at the lines' ends, in px. */
export const GUTTER = 46;
export const TAGS = 18;
/** Height of the row with the times, in px. */
export const TIMES = 20;
const TAG_APART = 11;
const STROKE = 1.5;

export interface Scene {
  readonly span: Span;
  readonly slice: Slice;
  readonly bands: readonly Band[];
  readonly moments: readonly Moment[];
  /** Times between which samples are missing. */
  readonly holes: readonly Span[];
}

export interface Frame {
  readonly width: number;
  readonly height: number;
  /** Whether it carries the times of all strips. */
  readonly times: boolean;
}

export class Chart {
  readonly #plan: StripPlan;
  readonly #plot: uPlot;
  #ink: Ink;
  #scene: Scene | null = null;

  /** `clock` writes a time of the scale, in seconds since 1970. */
  constructor(host: HTMLElement, plan: StripPlan, ink: Ink, frame: Frame, clock: (seconds: number) => string) {
    this.#plan = plan;
    this.#ink = ink;
    this.#plot = new uPlot(this.#options(frame, clock), [[], ...plan.lines.map(() => [])], host);
  }

  /** Draw this now. */
  draw(scene: Scene): void {
    this.#scene = scene;
    const { span, slice } = scene;
    this.#plot.batch(() => {
      this.#plot.setData([slice.times, ...slice.columns] as uPlot.AlignedData, false);
      this.#plot.setScale("x", { min: span.from, max: span.to });
    });
  }

  /** Draw the same again, in another ink or with another clock. */
  recolour(ink: Ink): void {
    this.#ink = ink;
    this.#plot.redraw(true, true);
  }

  resize(width: number, height: number): void {
    if (width !== this.#plot.width || height !== this.#plot.height) this.#plot.setSize({ width, height });
  }

  destroy(): void {
    this.#plot.destroy();
  }

  /** Least and greatest value of the present scale. */
  get range(): [number, number] {
    const { min, max } = this.#plot.scales["y"] ?? {};
    return [min ?? this.#plan.least, max ?? this.#plan.most];
  }

  #options(frame: Frame, clock: (seconds: number) => string): uPlot.Options {
    const stroke = (): string => this.#ink.text;
    const grid = { stroke: () => this.#ink.grid, width: 1 };
    const font = this.#ink.font;
    const times = (_: uPlot, splits: number[]): string[] => (frame.times ? splits.map(clock) : splits.map(() => ""));
    return {
      width: frame.width,
      height: frame.height,
      padding: [6, TAGS, 4, 0],
      legend: { show: false },
      cursor: { show: false },
      select: { show: false, left: 0, top: 0, width: 0, height: 0 },
      scales: { x: { time: true, auto: false }, y: { range: (_, low, high) => this.#reach(low, high) } },
      axes: [
        { stroke, grid, font, ticks: { show: false }, size: frame.times ? TIMES : 0, gap: 4, space: 84, values: times },
        { stroke, grid, font, ticks: { show: false }, size: GUTTER, gap: 6, space: 15 },
      ],
      series: [{}, ...this.#plan.lines.map(({ colour, dash }) => this.#series(colour, dash))],
      hooks: { drawAxes: [() => this.#under()], draw: [() => this.#over()] },
    };
  }

  #series(colour: number, dash: readonly number[]): uPlot.Series {
    return {
      stroke: () => this.#ink.series[colour - 1] ?? this.#ink.text,
      width: STROKE,
      ...(dash.length > 0 ? { dash: [...dash] } : {}),
      points: { show: false },
      spanGaps: false,
    };
  }

  #reach(low: number | null, high: number | null): [number, number] {
    return reach(this.#plan, this.#scene?.bands ?? [], low, high);
  }

  /** Holes and bands, above the grid and below the lines. */
  #under(): void {
    const { ctx, bbox } = this.#plot;
    if (this.#scene === null) return;
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    for (const hole of this.#scene.holes) {
      const [left, right] = [this.#x(hole.from), this.#x(hole.to)];
      ctx.fillStyle = this.#ink.hole;
      ctx.fillRect(left, bbox.top, Math.max(2, right - left), bbox.height);
    }
    for (const band of this.#scene.bands) if (inSight(band, this.range)) this.#band(band);
    ctx.restore();
  }

  #band({ side, edge }: Band): void {
    const { ctx, bbox } = this.#plot;
    const at = sharp(this.#plot.valToPos(edge, "y", true));
    ctx.fillStyle = this.#ink.band;
    if (side === "above") ctx.fillRect(bbox.left, bbox.top, bbox.width, at - bbox.top);
    else ctx.fillRect(bbox.left, at, bbox.width, bbox.top + bbox.height - at);
    ctx.strokeStyle = this.#ink.limit;
    ctx.lineWidth = uPlot.pxRatio;
    ctx.setLineDash([2 * uPlot.pxRatio, 3 * uPlot.pxRatio]);
    stroke(ctx, bbox.left, at, bbox.left + bbox.width, at);
    ctx.setLineDash([]);
  }

  /** Marks, and the tags at the lines' ends, above the lines. */
  #over(): void {
    const { ctx, bbox } = this.#plot;
    if (this.#scene === null) return;
    ctx.save();
    for (const moment of this.#scene.moments) {
      const at = sharp(this.#x(moment.at));
      if (at < bbox.left || at > bbox.left + bbox.width) continue;
      ctx.setLineDash([]);
      ctx.strokeStyle = this.#ink.tones[moment.tone];
      ctx.lineWidth = uPlot.pxRatio;
      stroke(ctx, at, bbox.top, at, bbox.top + bbox.height);
    }
    this.#tags();
    ctx.restore();
  }

  #tags(): void {
    const { ctx, bbox } = this.#plot;
    const columns = this.#scene?.slice.columns ?? [];
    const ends = this.#plan.lines
      .map((line, index) => ({ line, value: columns[index]?.at(-1) ?? null }))
      .filter((end): end is typeof end & { value: number } => end.value !== null && end.line.tag !== "")
      .map(({ line, value }) => ({ line, at: this.#plot.valToPos(value, "y", true) }))
      .sort((one, other) => other.at - one.at);
    const apart = TAG_APART * uPlot.pxRatio;
    let lowest = bbox.top + bbox.height;
    ctx.font = `600 ${11 * uPlot.pxRatio}px ${this.#ink.font.slice(this.#ink.font.indexOf(" ") + 1)}`;
    ctx.textBaseline = "middle";
    ctx.textAlign = "left";
    for (const { line, at } of ends) {
      const y = Math.min(at, lowest);
      lowest = y - apart;
      ctx.fillStyle = this.#ink.series[line.colour - 1] ?? this.#ink.text;
      ctx.fillText(line.tag, bbox.left + bbox.width + 5 * uPlot.pxRatio, y);
    }
  }

  #x(seconds: number): number {
    return this.#plot.valToPos(seconds, "x", true);
  }
}

/** Where a line of one pixel covers that pixel and no half of the next. */
function sharp(at: number): number {
  return Math.round(at) + (uPlot.pxRatio % 2) / 2;
}

function stroke(ctx: CanvasRenderingContext2D, x: number, y: number, toX: number, toY: number): void {
  ctx.beginPath();
  ctx.moveTo(x, y);
  ctx.lineTo(toX, toY);
  ctx.stroke();
}

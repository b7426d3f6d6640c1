/**
 * What may be changed on a machine, as the contract has it: the operations with what each sets, every value with the units it
 * may carry. Units are written as the engine reads them, and the first one of a dimension is what it works in.
 */
export const UNITS = {
  rotation: ["rev/min", "rev/s"],
  feed: ["mm/min", "in/min"],
  length: ["mm", "um", "in"],
  ratio: ["%"],
  flow: ["L/min"],
  time: ["s", "min"],
} as const;
export type Dimension = keyof typeof UNITS;

export interface ValueField {
  readonly name: string;
  readonly label: string;
  readonly dimension: Dimension;
  /** JSON pointer of it in a proposal. */
  readonly path: string;
}

export interface Operation {
  readonly name: string;
  readonly label: string;
  /** Parameters that it may set. */
  readonly sets: readonly string[];
  /** Whether the machine cuts afterwards, so that tool, material and the cut are judged. */
  readonly cuts: boolean;
  /** Whether it names a program by its digest. */
  readonly program: boolean;
}

export const PARAMETERS: readonly ValueField[] = [
  parameter("spindle_speed", "Spindle speed", "rotation"),
  parameter("feed_rate", "Feed rate", "feed"),
  parameter("axial_depth", "Axial depth", "length"),
  parameter("radial_depth", "Radial depth", "length"),
  parameter("spindle_override", "Spindle override", "ratio"),
  parameter("feed_override", "Feed override", "ratio"),
  parameter("coolant_flow", "Coolant flow", "flow"),
  parameter("offset_x", "Offset X", "length"),
  parameter("offset_y", "Offset Y", "length"),
  parameter("offset_z", "Offset Z", "length"),
];

/** What belongs to the cut and is no parameter. */
export const OF_THE_CUT: readonly ValueField[] = [
  { name: "cut_time", label: "Cut time", dimension: "time", path: "/action/cut_time" },
  { name: "workpiece_diameter", label: "Workpiece diameter", dimension: "length", path: "/action/workpiece_diameter" },
  { name: "path_radius", label: "Smallest path radius", dimension: "length", path: "/action/path_radius" },
];

const SETTINGS = ["spindle_speed", "feed_rate", "axial_depth", "radial_depth", "spindle_override", "feed_override", "coolant_flow"];

export const OPERATIONS: readonly Operation[] = [
  { name: "parameter_set", label: "Set parameters", sets: SETTINGS, cuts: true, program: false },
  { name: "override", label: "Override", sets: ["spindle_override", "feed_override"], cuts: true, program: false },
  { name: "offset_write", label: "Write offsets", sets: ["offset_x", "offset_y", "offset_z"], cuts: false, program: false },
  { name: "program_load", label: "Load a program", sets: [], cuts: false, program: true },
  { name: "start", label: "Start", sets: [], cuts: true, program: true },
  { name: "macro", label: "Run a macro", sets: [], cuts: true, program: false },
];

/** An operation by its name. */
export function operation(name: string): Operation {
  const found = OPERATIONS.find((entry) => entry.name === name);
  if (!found) throw new RangeError(`no such operation: ${name}`);
  return found;
}

/** The values that an operation takes, in the order of the form. */
export function valuesOf(chosen: Operation): readonly ValueField[] {
  const set = PARAMETERS.filter(({ name }) => chosen.sets.includes(name));
  return chosen.cuts ? [...set, ...OF_THE_CUT] : set;
}

function parameter(name: string, label: string, dimension: Dimension): ValueField {
  return { name, label, dimension, path: `/action/params/${name}` };
}

import type { EngineTask, PrepareStep } from '#processing/engine'

/** A file of a table as a task of the engine has it. */
export interface TaskFile {
  /** Its name in the task's input folder. */
  readonly name: string
  /** Where it lies on this machine. */
  readonly path: string
  /** As the object store says of a `LocalFile`. */
  readonly isKept?: boolean
  /** What it is called in messages: `s3://bucket/key`. */
  readonly uri: string
  readonly sizeBytes: number
  /** How much of it a query reads, where less than everything. */
  readonly scannedBytes?: number
  /** Another for other bytes. Without it the same bytes stand under `uri` for ever. */
  readonly version?: string
  /** What makes it readable: it is decoded as Parquet beside itself. */
  readonly decode?: PrepareStep
}

/** Files as inputs of a task: one that is read twice is there once. */
export function inputsOf(files: readonly TaskFile[]): Inputs {
  const inputs = new Map(
    files.map(({ name, path, isKept }) => [name, { name, path, isKept: isKept === true }]),
  )
  return [...inputs.values()]
}

type Inputs = NonNullable<EngineTask['inputs']>

/** A task's inputs, and what is done with them first. */
export function taskInputs(files: readonly TaskFile[]): {
  readonly inputs: Inputs
  readonly prepare: readonly PrepareStep[]
} {
  return {
    inputs: inputsOf(files),
    prepare: files.flatMap(({ decode }) => decode ?? []),
  }
}

/** An input's name by the path that the engine tells of it. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/in/') + '/in/'.length)
}

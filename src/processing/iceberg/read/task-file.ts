/** A file of a table as a task of the engine has it. */
export interface TaskFile {
  /** Its name in the task's input folder. */
  readonly name: string
  /** Where it lies on this machine. */
  readonly path: string
  /** What it is called in messages: `s3://bucket/key`. */
  readonly uri: string
  readonly sizeBytes: number
  /** How much of it a query reads, where less than everything. */
  readonly scannedBytes?: number
  /** Another for other bytes. Without it the same bytes stand under `uri` for ever. */
  readonly version?: string
}

/**
 * The engine that does the heavy reading and writing, outside the server process. A task is a
 * script of trusted statements of ours around at most one statement of a user's, which was parsed
 * and checked before. It can reach nothing but its own folder.
 */
export interface QueryEngine extends AsyncDisposable {
  /** Runs a task in a process of the pool; waits while all are busy. Aborting kills the work within 100 ms. Errors: `QueryFailed`, `QueryCancelled`, `QueryTimedOut`, `ResourcesExhausted`, `EngineBusy`. */
  run(task: EngineTask, signal?: AbortSignal): Promise<EngineResult>
  close(): Promise<void>
}

export interface EngineTask {
  /** Local files the task may read, linked into its folder under these names. */
  readonly inputs?: readonly { readonly name: string; readonly path: string }[]
  /** A folder the task may write to (made by the caller, e.g. under `objects.temporaryFolder`). */
  readonly outputFolder?: string
  /**
   * Statements in the engine's SQL, run in order in a fresh catalog. In the text, `{in}` stands for the
   * input folder's path and `{out}` for the output folder's.
   */
  readonly statements: readonly string[]
  /** Bounds of the whole task. */
  readonly limits?: {
    readonly memoryBytesMax?: number
    readonly timeoutMs?: number
    readonly rowsMax?: number
  }
}

export interface EngineResult {
  /** Columns and rows of the last statement; values as JSON-safe text or numbers, NULL as null. At most `rowsMax`. */
  readonly columns: readonly { readonly name: string; readonly type: string }[]
  readonly rows: readonly (readonly EngineValue[])[]
  readonly elapsedMs: number
}

export type EngineValue = string | number | boolean | null

import type {
  ClassifyRequest,
  Codec,
  Encoding,
  FileField,
  OrcCompression,
  AvroCompression,
} from '#storage/formats'

/**
 * The engine that does the heavy reading and writing, outside the server process. A task is a
 * script of trusted statements of ours around at most one statement of a user's, which was parsed
 * and checked before. It can reach nothing but its own folder.
 */
export interface QueryEngine extends AsyncDisposable {
  /**
   * Runs a task in a process of the pool; waits while all are busy. Aborting kills the work within
   * 100 ms. Nothing that a task does harms another task or the server.
   * Errors: `QueryFailed`, `QueryCancelled`, `QueryTimedOut`, `ResourcesExhausted`, `EngineBusy`,
   * `EngineUnavailable`.
   */
  run(task: EngineTask, signal?: AbortSignal): Promise<EngineResult>
  /** Ends all processes; what runs fails with `QueryCancelled`. */
  close(): Promise<void>
}

export interface EngineTask {
  /**
   * Local files the task may read, linked into its folder under these names. A name is a relative
   * path (`t0/dt=1/a.parquet`) without `..`, and none stands twice. The files must not change while the task runs;
   * one whose name begins with `lastingFolder` never does: it needs no step of `prepare`. With `isKept` the engine may hold such a
   * file's bytes some seconds longer, for a task that has the same at the same path; else they are gone with the task.
   */
  readonly inputs?: readonly {
    readonly name: string
    readonly path: string
    readonly isKept?: boolean
  }[]
  /** What is done with inputs before the first statement, in order, in the process of the task. */
  readonly prepare?: readonly PrepareStep[]
  /** A folder that is the task's own to write to (made by the caller, e.g. under `objects.temporaryFolder`). */
  readonly outputFolder?: string
  /**
   * Where the one file is put that the statements write to `{out}/result`, once they have succeeded. Instead of an
   * output folder, and cheaper. On the disk of the engine's folder nothing is copied.
   */
  readonly outputFile?: string
  /** Such a file of at most so many bytes of UTF-8 is no file but the `output` of the result. */
  readonly inlineBytesMax?: number
  /**
   * The rows of the last statement as CSV in that file, behind the line `header`: every value quoted, NULL as nothing between the commas. Its columns
   * are texts, booleans, whole numbers of at most 64 bits, doubles, which are written as Java writes them, and timestamps without a zone, with so many
   * `digits` of the second as stand for their column, from 3 to 6. The result has one row, their number.
   */
  readonly csv?: { readonly header: string; readonly digits?: readonly number[] }
  /**
   * Statements in the engine's SQL, run in order in a fresh catalog. In the text, `{in}` stands for the
   * input folder's path and `{out}` for the output folder's. Statements that hold a user's text go
   * through `{ sql }` instead, where nothing is replaced but in the `tail` behind it, or are put together of `pieces`, each as one of
   * these.
   */
  readonly statements: readonly EngineStatement[]
  /** `CREATE MACRO …`, run before the statements in their order. They name nothing of a task's, so that a process may keep them for the next one. */
  readonly macros?: readonly string[]
  /** What every Parquet file in the output folder is made into after the last statement, beside it and in its stead. */
  readonly encode?: EncodeOutput
  /** Steps of the engine's optimizer to leave out, by its own names; for tasks that ask for a plan and not for rows. */
  readonly optimizersDisabled?: readonly string[]
  /**
   * How many rows a statement that parts its output keeps before they go to their files. By default many, as is right for rows in
   * any order; few for rows that come sorted by what parts them, so that thousands of parts take no more memory than one.
   */
  readonly partitionedRowsMax?: number
  /** Threads of the engine that it may use: one costs the least processor time, and leaves the others to who waits. Default: all. */
  readonly threadsMax?: number
  /** Maps of the last statement's rows as JSON, a list of `key` and `value`, instead of the engine's text. */
  readonly mapsAsJson?: boolean
  /** Bounds of the whole task. */
  readonly limits?: {
    /** At most what each process has. */
    readonly memoryBytesMax?: number
    /** From the moment the task starts; waiting for a process does not count. Default 30 minutes. */
    readonly timeoutMs?: number
    /** Rows returned of the last statement. Default 10,000. */
    readonly rowsMax?: number
  }
  /** Called when the task has left the queue. */
  readonly onStart?: () => void
}

export type EngineStatement =
  | string
  | { readonly sql: string; readonly tail?: string }
  | { readonly pieces: readonly (string | { readonly sql: string })[] }

/**
 * Makes files that the engine reads of files that it does not read. Names are those of inputs, and of outputs that
 * stand beside them in the input folder. A file that cannot be read fails the task with `QueryFailed`, and is named by
 * its path under the input folder.
 */
export type PrepareStep =
  /** Unpacks a compressed file; with `bytesMax` only its head, whatever comes behind. */
  | {
      readonly kind: 'unpack'
      readonly input: string
      readonly output: string
      readonly codec: Codec
      readonly bytesMax?: number
    }
  /** Writes the records at a path of a JSON file one a line. */
  | {
      readonly kind: 'records'
      readonly input: string
      readonly output: string
      readonly path: string
    }
  /**
   * Writes a file's rows as Parquet files, `<output>.0.parquet` and so on, one at least. Their columns are `f0`, `f1`,
   * …: those asked for, in that order; without any, one that is NULL in every row. With `numbered` a last column
   * `row_number` counts the file's rows from 0.
   */
  | {
      readonly kind: 'decode'
      readonly input: string
      readonly output: string
      readonly encoding: Encoding
      readonly columns: readonly FileField[]
      readonly numbered?: boolean
    }
  /**
   * Looks into files that describe themselves, and makes the table `file_descriptions(name, fields, row_count, problem)`:
   * `fields` is a JSON list of `FileField`, and `problem` says why a file cannot be read.
   */
  | { readonly kind: 'describe'; readonly inputs: readonly string[]; readonly encoding: Encoding }
  /**
   * Makes the table `file_classifications(name, found, problem)`: `found` is a JSON list of `Classification`, and `problem`
   * says why a file cannot be classified.
   */
  | { readonly kind: 'classify'; readonly input: string; readonly request: ClassifyRequest }
  /** Makes the table `file_searches(name, found)`: does a file hold this character of ASCII? */
  | { readonly kind: 'search'; readonly inputs: readonly string[]; readonly character: string }

/** Files `x.orc` or `x.avro` of files `x.parquet`. Values that the format cannot hold fail the task with `QueryFailed`. */
export type EncodeOutput =
  | { readonly format: 'orc'; readonly compression: OrcCompression }
  | {
      readonly format: 'avro'
      readonly compression: AvroCompression
      /** What the files must be written by, as JSON; else a schema is made of the columns. */
      readonly schema?: string
    }

export interface EngineResult {
  /**
   * Columns and rows of the last statement, at most `rowsMax`. Booleans, and numbers that JavaScript
   * holds exactly, come as such; wider integers, decimals and everything else as the engine's text,
   * bytes as hexadecimal, NULL as null.
   */
  readonly columns: readonly { readonly name: string; readonly type: string }[]
  readonly rows: readonly (readonly EngineValue[])[]
  readonly elapsedMs: number
  /** What would be the `outputFile`, where it is small enough. */
  readonly output?: string
  /** What the `outputFile` of CSV holds: its length, and the CRC-32 of its bytes. */
  readonly outputDigest?: OutputDigest
}

export interface OutputDigest {
  readonly sizeBytes: number
  readonly crc: number
}

export type EngineValue = string | number | boolean | null

import type { RootCredentials } from '#admin'
import type { Config, OptionName } from '#config'

/** What a command writes to and reads from, so that it can be run in a test. */
export interface Terminal {
  /** Answers: stdout. */
  out(text: string): void
  /** Everything else: stderr. */
  err(text: string): void
  /** Somebody looks on: lines of stderr may be written over. */
  readonly interactive?: boolean
}

/** The server, as the commands use it. It is loaded only by those that need it. */
export interface ServerModule {
  createServer(
    config: Config,
    options: { readonly endStuckMs: number },
  ): Promise<{
    readonly endpoint: string
    readonly dataFolder: string
    underWay(): readonly string[]
    close(): Promise<void>
  }>
  /** Checks every blob of a folder that no server holds; `tell` hears of each problem. Errors: `FolderInUse`. */
  checkObjects(config: Config, tell: (line: string) => void): Promise<ObjectsChecked>
  /** Moves the bytes of all objects of a folder that no server holds. Errors: `FolderInUse`, those of the places. */
  moveObjects(
    config: Config,
    to: 's3' | 'disk',
    listeners: {
      readonly onProgress: (progress: ObjectsMoving) => void
      readonly onDamaged: (blob: {
        readonly blobId: string
        readonly kind: 'missing' | 'corrupt'
      }) => void
    },
  ): Promise<{ readonly blobs: number; readonly bytes: number; readonly damaged: number }>
  /** The root key of the configured account, read from its folder; undefined when the account is not there. */
  readRootCredentials(config: Config): Promise<RootCredentials | undefined>
}

/** How far a move is, and what there was to move when it began. */
export interface ObjectsMoving {
  readonly blobs: number
  readonly bytes: number
  readonly blobsAll: number
  readonly bytesAll: number
}

export interface ObjectsChecked {
  readonly blobs: number
  readonly checkedBytes: number
  readonly unchecked: number
  readonly orphaned: number
  readonly missing: number
  readonly corrupt: number
  /** Buckets whose figures were wrong. */
  readonly miscounted: number
}

/** One word after `boathouse`. */
export interface Command {
  readonly name: string
  /** What stands after the name in its usage line. */
  readonly usage: string
  readonly meaning: string
  /** A paragraph or an example for `--help`. */
  readonly more?: string
  readonly options: readonly OptionName[]
  /** The exit status. */
  readonly run: (input: {
    readonly config: Config
    readonly words: readonly string[]
    readonly terminal: Terminal
    readonly server: () => Promise<ServerModule>
  }) => Promise<number>
}

import type {
  EncodeOutput,
  EngineTask,
  EngineValue,
  OutputDigest,
  PrepareStep,
} from '../query-engine.ts'
import type { ProcessSize } from './process-size.ts'

/** What the pool asks of a query process. Paths are complete; placeholders are already replaced. */
export interface RunMessage {
  readonly macros: readonly string[]
  readonly statements: readonly string[]
  readonly prepare: readonly PrepareStep[]
  /** The process's own folder. */
  readonly root: string
  /** The task's own, in `root`: the process makes and removes it. */
  readonly folder: string
  readonly inputs: NonNullable<EngineTask['inputs']>
  readonly encode?: EncodeOutput
  readonly outputFolder?: string
  readonly outputFile?: string
  readonly inlineBytesMax: number
  readonly csv?: EngineTask['csv']
  readonly memoryBytesMax: number
  readonly spillBytesMax: number
  readonly rowsMax: number
  readonly optimizersDisabled: readonly string[]
  readonly partitionedRowsMax?: number
  readonly threads: number
  readonly mapsAsJson: boolean
}

export type AnswerMessage =
  | { readonly kind: 'ready'; readonly size: ProcessSize }
  | {
      readonly kind: 'done'
      readonly columns: readonly { readonly name: string; readonly type: string }[]
      readonly rows: readonly (readonly EngineValue[])[]
      readonly elapsedMs: number
      readonly output?: string
      readonly outputDigest?: OutputDigest
      readonly size: ProcessSize
    }
  | {
      readonly kind: 'failed'
      readonly reason: string
      readonly outOfMemory: boolean
      /** Index of the statement that failed; -1 when none had started. */
      readonly statement: number
      readonly size: ProcessSize
    }

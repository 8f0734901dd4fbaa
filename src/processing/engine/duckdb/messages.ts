import type { EncodeOutput, EngineTask, EngineValue, PrepareStep } from '../query-engine.ts'

/** What the pool asks of a query process. Paths are complete; placeholders are already replaced. */
export interface RunMessage {
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
  readonly memoryBytesMax: number
  readonly rowsMax: number
  readonly optimizersDisabled: readonly string[]
  readonly partitionedRowsMax?: number
  readonly mapsAsJson: boolean
}

export type AnswerMessage =
  /** `addressSpaceBytes`: what the process has reserved so far, most of it never touched; 0 where unknown. */
  | { readonly kind: 'ready'; readonly addressSpaceBytes: number }
  | {
      readonly kind: 'done'
      readonly columns: readonly { readonly name: string; readonly type: string }[]
      readonly rows: readonly (readonly EngineValue[])[]
      readonly elapsedMs: number
      readonly output?: string
      readonly residentBytes: number
      readonly addressSpaceBytes: number
    }
  | {
      readonly kind: 'failed'
      readonly reason: string
      readonly outOfMemory: boolean
      /** Index of the statement that failed; -1 when none had started. */
      readonly statement: number
      readonly residentBytes: number
      readonly addressSpaceBytes: number
    }

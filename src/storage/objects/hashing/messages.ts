import type { ChecksumAlgorithm } from '../checksums.ts'
import type { Digested } from '../digest.ts'

/** What a hashing thread is told; `job` names a sequence of bytes, whose pieces come in order. */
export type HashRequest =
  | {
      readonly job: number
      readonly kind: 'begin'
      readonly algorithms: readonly ChecksumAlgorithm[]
    }
  /** The first bytes of memory that goes over to the thread, and back with its answer. */
  | {
      readonly job: number
      readonly kind: 'bytes'
      readonly memory: ArrayBuffer
      readonly sizeBytes: number
    }
  | { readonly job: number; readonly kind: 'end' }
  | { readonly job: number; readonly kind: 'abandon' }

export type HashAnswer =
  /** A piece has been hashed. */
  | { readonly job: number; readonly kind: 'taken'; readonly memory: ArrayBuffer }
  | { readonly job: number; readonly kind: 'digested'; readonly digested: Digested }

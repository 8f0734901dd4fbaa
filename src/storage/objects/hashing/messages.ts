import type { ChecksumAlgorithm } from '../checksums.ts'
import type { Digested } from '../digest.ts'

/** What a hashing thread is told; `job` names a sequence of bytes, whose pieces come in order. */
export type HashRequest =
  | {
      readonly job: number
      readonly kind: 'begin'
      readonly algorithms: readonly ChecksumAlgorithm[]
    }
  /** In memory that both threads see: nothing is copied, and nobody writes there any more. */
  | { readonly job: number; readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly job: number; readonly kind: 'end' }
  | { readonly job: number; readonly kind: 'abandon' }

export type HashAnswer =
  /** A piece has been hashed. */
  | { readonly job: number; readonly kind: 'taken' }
  | { readonly job: number; readonly kind: 'digested'; readonly digested: Digested }

import type { Functions } from '#processing/functions'
import { operationFor } from '#protocol/aws'

/** What the operations of Lambda may touch. */
export interface LambdaContext {
  readonly functions: Functions
  /** A link to a zip of the code store, for a request with this `Host`. */
  readonly codeUrl: (codeId: string, host: string) => string
  /** The bytes of an object. Errors: those of the object store, `PayloadTooLarge`. */
  readonly readObject: (object: {
    readonly accountId: string
    readonly bucket: string
    readonly key: string
    readonly versionId: string | undefined
    readonly bytesMax: number
  }) => Promise<Uint8Array>
}

export const operation = operationFor<LambdaContext>()

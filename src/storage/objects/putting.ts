import type { Clock } from '#kit'
import type { Database } from '#platform/database'
import { etagOf, type ObjectEncryption } from './encryption/object-encryption.ts'
import type { Garbage } from './garbage.ts'
import { InlinePut } from './inline/inline-put.ts'
import { limits } from './limits.ts'
import { checkKey } from './names.ts'
import type { ObjectStore } from './object-store.ts'
import type { PlacedBlobs } from './places/placed-blobs.ts'
import { publishing } from './publishing.ts'
import { defaultChecksum, stageBytes } from './staging.ts'
import { tierOfClass } from './tiering/storage-classes.ts'
import { insertVersion, type NewVersion } from './versions.ts'

interface PuttingParts {
  readonly database: Database
  readonly blobs: PlacedBlobs
  readonly garbage: Garbage
  readonly clock: Clock
  readonly encryption: ObjectEncryption
}

/** Puts whole objects: stages their bytes, then gives them their name, a small one's in one step. */
export function createPutting(
  parts: PuttingParts,
  told: {
    /** Errors: `NoSuchBucket`, `AccessDenied`. */
    readonly checkBucket: (accountId: string, bucket: string) => Promise<void>
    readonly onInlined: () => void
  },
): ObjectStore['putObject'] {
  const { database, blobs, garbage, clock, encryption } = parts
  return async (input, source) => {
    checkKey(input.key)
    await told.checkBucket(input.accountId, input.bucket)
    const algorithm = input.algorithm ?? defaultChecksum
    const encrypted = await encryption.begin(input, input.encryption, input.permitKey)
    const tier = tierOfClass(input.attributes.storageClass)
    const inline = tier === 'hot' ? blobs.inline : undefined
    const staged = await stageBytes(blobs.into(tier), source, {
      algorithms: [algorithm],
      sizeBytesMax: limits.putSizeBytesMax,
      encryption: encrypted,
      inline,
      ...(input.expected ? { expected: input.expected } : {}),
    })
    const inlined = inline && staged.inlined && new InlinePut(inline, garbage, staged.inlined)
    const version: Omit<NewVersion, 'nowMs'> = {
      accountId: input.accountId,
      bucket: input.bucket,
      key: input.key,
      attributes: input.attributes,
      content: {
        sizeBytes: staged.sizeBytes,
        etag: etagOf(staged.md5, encrypted),
        ...(encrypted ? { encryption: encrypted.record } : {}),
        blobId: staged.blobId,
        checksum: { algorithm, type: 'FULL_OBJECT', value: staged.checksums[algorithm]! },
      },
      ...(input.conditions ? { conditions: input.conditions } : {}),
      created: { how: input.how ?? 'Put', cause: input.cause },
      takeOver: inlined && ((blobId) => inlined.takeOver(blobId)),
    }
    try {
      const row = await publishing(parts, staged, () =>
        database.optimistic(async (tx) => {
          inlined?.begin()
          const made = await insertVersion(tx, { ...version, nowMs: clock.now() })
          // Last: what reads behind a write cannot run ahead.
          await inlined?.insert(tx)
          return made
        }),
      )
      inlined?.committed()
      told.onInlined()
      return row
    } finally {
      inlined?.end()
    }
  }
}

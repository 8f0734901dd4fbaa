import { keyConditions } from '#governance/keys'
import { randomHex } from '#kit'
import type { Database } from '#platform/database'
import type { EncryptionRequest, Objects, PublishInput } from '#storage/objects'
import { type QueryRights, requireOn } from '../rights/query-rights.ts'
import {
  contentIvBytes,
  contentKeyContext,
  encryptContent,
  envelopeMetadata,
} from './client-encryption.ts'
import type { ResultKeys } from './result-keys.ts'
import { resultMetadata } from './result-metadata.ts'
import { type ResultPlace, type ResultSource, bytesOf, resultPlace } from './result-place.ts'

export interface ObjectTarget {
  readonly id: string
  readonly accountId: string
  readonly bucket: string
  readonly key: string
  /** Other than its bucket has it. */
  readonly encryption?: EncryptionRequest | undefined
  /** The KMS key under which it is encrypted before it is stored. */
  readonly clientKeyArn?: string | undefined
}

interface ObjectParts {
  readonly objects: Objects
  readonly database: Database
  readonly keys: ResultKeys
  readonly rights: QueryRights
  /** True for a file of the rows' types beside them. */
  readonly resultMetadata?: boolean
}

/** Rows as an object in a bucket of the account's. */
export function objectPlace(target: ObjectTarget, parts: ObjectParts): ResultPlace {
  const { objects, database } = parts
  return resultPlace(database, async (source, { contentType, columns }) => {
    const staging = [stage(source, contentType, target, parts)]
    if (parts.resultMetadata) {
      const types = { bytes: resultMetadata(target.id, columns) }
      const beside = { ...target, key: `${target.key}.metadata` }
      staging.push(stage(types, 'application/octet-stream', beside, parts))
    }
    const staged = await allOrNone(objects, staging)
    return {
      publish: async (tx) => {
        const [{ input, envelope }, metadata] = staged as [Staged, Staged?]
        const { etag } = await objects.publish(tx, input)
        if (metadata) await objects.publish(tx, metadata.input)
        return { etag, ...(envelope ? { envelope: { ...envelope, etag } } : {}) }
      },
      discard: () => discard(objects, staged),
    }
  })
}

interface Staged {
  readonly input: PublishInput
  readonly envelope?: { readonly keyArn: string; readonly sealed: string; readonly iv: string }
}

async function stage(
  source: ResultSource,
  contentType: string,
  { accountId, bucket, key, encryption, clientKeyArn }: ObjectTarget,
  { objects, keys, rights }: ObjectParts,
): Promise<Staged> {
  const to = { accountId, bucket, key }
  // Published at once, with the end of its execution.
  const as = { ...to, ...(encryption ? { encryption } : {}), withRow: true }
  if (clientKeyArn !== undefined) {
    const use = keyConditions('athena', clientKeyArn, contentKeyContext)
    await requireOn(rights, 'kms:GenerateDataKey', clientKeyArn, use)
    const dataKey = Buffer.from(randomHex(32), 'hex')
    const iv = Buffer.from(randomHex(contentIvBytes), 'hex')
    const sealed = await keys.encrypt(clientKeyArn, dataKey, contentKeyContext)
    const blob = await objects.stage(encryptContent(dataKey, iv, bytesOf(source)), as)
    const envelope = {
      keyArn: clientKeyArn,
      sealed: sealed.toString('base64'),
      iv: iv.toString('base64'),
    }
    return {
      input: { ...to, contentType, blob, userMetadata: envelopeMetadata(envelope) },
      envelope,
    }
  }
  const blob =
    'bytes' in source
      ? await objects.stage(source.bytes, as)
      : await objects.stageFile(source.path, as, source.digest)
  return { input: { ...to, contentType, blob } }
}

/** What was staged does not stay when the other could not be. */
async function allOrNone(
  objects: Objects,
  staging: readonly Promise<Staged>[],
): Promise<readonly Staged[]> {
  const settled = await Promise.allSettled(staging)
  const staged = settled.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
  const failure = settled.find((each) => each.status === 'rejected')
  if (!failure) return staged
  await discard(objects, staged)
  throw failure.reason
}

async function discard(objects: Objects, staged: readonly Staged[]): Promise<void> {
  await Promise.allSettled(staged.map(({ input }) => objects.discard(input.blob)))
}

import { type ConditionKeys, keyConditions } from '#governance/keys'
import type { PermitKey } from './encryption/object-encryption.ts'
import type { Objects } from './objects.ts'

/** Refuses, by throwing, what somebody may not do: `s3:GetObject` on an ARN, say. */
export type RequireRight = (
  action: string,
  resource: string,
  /** Condition keys of this question: `s3:prefix`. */
  keys?: ConditionKeys,
) => Promise<void>

/** The object store for somebody: each call is refused that S3, or KMS, would refuse to him. */
export function guardedObjects(objects: Objects, require: RequireRight): Objects {
  const on = ({ bucket, key }: { bucket: string; key: string }, action: string) =>
    require(action, objectArn(bucket, key))
  const permitting =
    (action: string): PermitKey =>
    async ({ keyArn, managed, context }) => {
      if (!managed) await require(action, keyArn, keyConditions('s3', keyArn, context))
      return true
    }
  const permitKey = permitting('kms:Decrypt')
  const forWriting = { permitKey: permitting('kms:GenerateDataKey') }
  return {
    temporaryFolder: objects.temporaryFolder,
    // What is staged for a name may take it: the right to one is the right to the other.
    stage: async (source, target) => {
      await on(target, 's3:PutObject')
      return objects.stage(source, { ...target, ...forWriting })
    },
    stageFile: async (path, target, known) => {
      await on(target, 's3:PutObject')
      return objects.stageFile(path, { ...target, ...forWriting }, known)
    },
    publish: (tx, input) => objects.publish(tx, input),
    discard: (blob) => objects.discard(blob),
    put: async (input, source) => {
      await on(input, 's3:PutObject')
      return objects.put({ ...input, ...forWriting }, source)
    },
    checkBucket: async (accountId, bucket) => {
      await require('s3:ListBucket', `arn:aws:s3:::${bucket}`)
      await objects.checkBucket(accountId, bucket)
    },
    head: async (ref) => {
      await on(ref, 's3:GetObject')
      return objects.head(ref)
    },
    read: async (ref, range) => {
      await on(ref, 's3:GetObject')
      return objects.read({ ...ref, permitKey }, range)
    },
    open: async (ref, choose) => {
      await on(ref, 's3:GetObject')
      return objects.open({ ...ref, permitKey }, choose)
    },
    list: async (input) => {
      await require('s3:ListBucket', `arn:aws:s3:::${input.bucket}`, { 's3:prefix': input.prefix })
      return objects.list(input)
    },
    delete: async (ref) => {
      await on(ref, 's3:DeleteObject')
      await objects.delete(ref)
    },
    localFile: async (ref) => {
      await on(ref, 's3:GetObject')
      return objects.localFile({ ...ref, permitKey })
    },
    localFiles: async (refs) => {
      for (const ref of refs) await on(ref, 's3:GetObject')
      return objects.localFiles(refs.map((ref) => ({ ...ref, permitKey })))
    },
  }
}

export function objectArn(bucket: string, key: string): string {
  return `arn:aws:s3:::${bucket}/${key}`
}

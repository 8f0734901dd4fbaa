import type { Objects } from '#storage/objects'
import { parseLocation } from '../planning/location.ts'
import { type QueryRights, requireRight } from './query-rights.ts'

/** The object store for one caller: each call is refused that S3 would refuse to him. Error of all: PERMISSION_DENIED. */
export function guardedObjects(objects: Objects, rights: QueryRights): Objects {
  const on = ({ bucket, key }: { bucket: string; key: string }, action: string) =>
    requireRight(rights, action, objectArn(bucket, key))
  return {
    temporaryFolder: objects.temporaryFolder,
    // What is staged for a name may take it: the right to one is the right to the other.
    stage: async (source, target) => {
      await on(target, 's3:PutObject')
      return objects.stage(source, target)
    },
    stageFile: async (path, target) => {
      await on(target, 's3:PutObject')
      return objects.stageFile(path, target)
    },
    publish: (tx, input) => objects.publish(tx, input),
    discard: (blob) => objects.discard(blob),
    put: async (input, source) => {
      await on(input, 's3:PutObject')
      return objects.put(input, source)
    },
    head: async (ref) => {
      await on(ref, 's3:GetObject')
      return objects.head(ref)
    },
    read: async (ref, range) => {
      await on(ref, 's3:GetObject')
      return objects.read(ref, range)
    },
    list: async (input) => {
      await requireRight(rights, 's3:ListBucket', `arn:aws:s3:::${input.bucket}`)
      return objects.list(input)
    },
    delete: async (ref) => {
      await on(ref, 's3:DeleteObject')
      await objects.delete(ref)
    },
    localFile: async (ref) => {
      await on(ref, 's3:GetObject')
      return objects.localFile(ref)
    },
  }
}

/** Of all that may lie in a folder (its location). */
export function filesArn(folder: string): string {
  const { bucket, prefix } = parseLocation(folder)!
  return objectArn(bucket, `${prefix}*`)
}

export function objectArn(bucket: string, key: string): string {
  return `arn:aws:s3:::${bucket}/${key}`
}

import {
  DeleteObjects$,
  type DeleteObjectsOutput,
  type DeleteObjectsRequest,
  type DeletedObject,
  type ObjectIdentifier,
  type _Error,
} from '@aws-sdk/client-s3'
import { LakeError } from '#kit'
import type { AwsErrorShape, Call } from '#protocol/aws'
import { arnOf } from '../access/absence.ts'
import { causeOf } from '../cause.ts'
import { operation } from '../context.ts'
import { errors, malformedXml, notImplemented } from '../errors.ts'
import { bucketOf } from '../refs.ts'

const objectsMax = 1000

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html. Each object is deleted, or refused, by itself. */
export const DeleteObjects = operation<DeleteObjectsRequest, DeleteObjectsOutput>(
  DeleteObjects$,
  async (input, ctx) => {
    const ref = bucketOf(input, ctx)
    const objects = input.Delete?.Objects ?? []
    if (objects.length === 0 || objects.length > objectsMax) throw malformedXml()
    if (objects.some(({ LastModifiedTime, Size }) => LastModifiedTime ?? Size !== undefined)) {
      throw notImplemented('conditions of directory buckets')
    }
    await ctx.objects.buckets.get(ref.accountId, ref.bucket)
    const cause = causeOf(ctx)
    const permitted = await Promise.all(
      objects.map((object) => mayDelete(input, ref.bucket, object, ctx)),
    )
    const results = await ctx.objects.removeMany(
      objects
        .filter((_, index) => permitted[index])
        .map((object) => ({
          ...ref,
          key: object.Key!,
          cause,
          bypassGovernance: input.BypassGovernanceRetention === true,
          ...(object.VersionId === undefined ? {} : { versionId: object.VersionId }),
          ...(object.ETag === undefined ? {} : { conditions: { ifMatch: object.ETag } }),
        })),
    )
    const deleted: DeletedObject[] = []
    const failed: _Error[] = []
    let next = 0
    for (const [index, { Key, VersionId }] of objects.entries()) {
      if (!permitted[index]) {
        failed.push({ Key, VersionId, Code: 'AccessDenied', Message: 'Access Denied' })
        continue
      }
      const result = results[next++]!
      if (result.status === 'rejected') {
        failed.push({ Key, VersionId, ...errorMembers(result.reason) })
      } else if (result.value.deleteMarker) {
        const marker = { DeleteMarker: true, DeleteMarkerVersionId: result.value.versionId }
        deleted.push({ Key, VersionId, ...marker })
      } else {
        deleted.push({ Key, VersionId })
      }
    }
    return {
      Deleted: input.Delete?.Quiet === true || deleted.length === 0 ? undefined : deleted,
      Errors: failed.length > 0 ? failed : undefined,
    }
  },
)

async function mayDelete(
  input: DeleteObjectsRequest,
  bucket: string,
  { Key: key, VersionId: versionId }: ObjectIdentifier,
  ctx: Call,
): Promise<boolean> {
  const arn = arnOf({ bucket, key: key ?? '' })
  const kind = versionId === undefined ? 'Object' : 'ObjectVersion'
  const bypasses = input.BypassGovernanceRetention === true
  return (
    (await ctx.permits(`s3:Delete${kind}`, arn, versionId)) &&
    (!bypasses || (await ctx.permits('s3:BypassGovernanceRetention', arn, versionId)))
  )
}

function errorMembers(error: unknown): { readonly Code: string; readonly Message: string } {
  const mapped = error instanceof LakeError ? errors[error.code] : undefined
  if (typeof mapped !== 'function') throw error
  const shape: AwsErrorShape = mapped(error as LakeError)
  return { Code: shape.name, Message: shape.message }
}

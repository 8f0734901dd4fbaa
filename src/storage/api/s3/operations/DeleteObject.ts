import {
  DeleteObject$,
  type DeleteObjectOutput,
  type DeleteObjectRequest,
} from '@aws-sdk/client-s3'
import { causeOf } from '../cause.ts'
import { writeConditions } from '../condition-members.ts'
import { operation } from '../context.ts'
import { notImplemented } from '../errors.ts'
import { objectOf } from '../refs.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html */
export const DeleteObject = operation<DeleteObjectRequest, DeleteObjectOutput>(
  DeleteObject$,
  async (input, ctx) => {
    if (input.IfMatchLastModifiedTime !== undefined || input.IfMatchSize !== undefined) {
      throw notImplemented('conditions of directory buckets')
    }
    const conditions = writeConditions(input)
    const removed = await ctx.objects.remove({
      ...objectOf(input, ctx),
      bypassGovernance: input.BypassGovernanceRetention === true,
      ...(conditions ? { conditions } : {}),
      cause: causeOf(ctx),
    })
    return {
      VersionId: removed.versionId,
      DeleteMarker: removed.deleteMarker ? true : undefined,
    }
  },
)

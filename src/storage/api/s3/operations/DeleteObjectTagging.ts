import {
  DeleteObjectTagging$,
  type DeleteObjectTaggingOutput,
  type DeleteObjectTaggingRequest,
} from '@aws-sdk/client-s3'
import { causeOf } from '../cause.ts'
import { operation } from '../context.ts'
import { objectOf, versionIdOf } from '../refs.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjectTagging.html */
export const DeleteObjectTagging = operation<DeleteObjectTaggingRequest, DeleteObjectTaggingOutput>(
  DeleteObjectTagging$,
  async (input, ctx) => {
    const ref = objectOf(input, ctx)
    const row = await ctx.objects.update(ref, () => ({ tags: null }), {
      name: 'ObjectTagging:Delete',
      cause: causeOf(ctx),
    })
    const { versioning } = await ctx.objects.buckets.get(ref.accountId, ref.bucket)
    return { VersionId: versionIdOf(row, versioning) }
  },
)

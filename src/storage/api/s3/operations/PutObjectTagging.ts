import {
  PutObjectTagging$,
  type PutObjectTaggingOutput,
  type PutObjectTaggingRequest,
} from '@aws-sdk/client-s3'
import { objectLimits } from '#storage/objects'
import { causeOf } from '../cause.ts'
import { operation } from '../context.ts'
import { objectOf, versionIdOf } from '../refs.ts'
import { tagMap } from '../tags.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectTagging.html */
export const PutObjectTagging = operation<PutObjectTaggingRequest, PutObjectTaggingOutput>(
  PutObjectTagging$,
  async (input, ctx) => {
    const tags = tagMap(input.Tagging?.TagSet ?? [], objectLimits.objectTagsMax, 'Object')
    const json = Object.keys(tags).length > 0 ? JSON.stringify(tags) : null
    const ref = objectOf(input, ctx)
    const row = await ctx.objects.update(ref, () => ({ tags: json }), {
      name: 'ObjectTagging:Put',
      cause: causeOf(ctx),
    })
    const { versioning } = await ctx.objects.buckets.get(ref.accountId, ref.bucket)
    return { VersionId: versionIdOf(row, versioning) }
  },
)

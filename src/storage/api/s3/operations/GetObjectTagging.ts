import {
  GetObjectTagging$,
  type GetObjectTaggingOutput,
  type GetObjectTaggingRequest,
} from '@aws-sdk/client-s3'
import { hidingAbsence } from '../access/absence.ts'
import { operation } from '../context.ts'
import { objectOf, versionIdOf } from '../refs.ts'
import { tagSet } from '../tags.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectTagging.html */
export const GetObjectTagging = operation<GetObjectTaggingRequest, GetObjectTaggingOutput>(
  GetObjectTagging$,
  async (input, ctx) => {
    const ref = objectOf(input, ctx)
    const row = await hidingAbsence(ctx, ref, () => ctx.objects.find(ref))
    const { versioning } = await ctx.objects.buckets.get(ref.accountId, ref.bucket)
    return { VersionId: versionIdOf(row, versioning), TagSet: tagSet(row.tags) }
  },
)

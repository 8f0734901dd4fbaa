import {
  ListObjectAnnotations$,
  type ListObjectAnnotationsOutput,
  type ListObjectAnnotationsRequest,
} from '@aws-sdk/client-s3'
import type { ChecksumAlgorithm } from '#storage/objects'
import { hidingAbsence } from '../access/absence.ts'
import { operation } from '../context.ts'
import { fromToken, pageLimit, toToken } from '../listing-members.ts'
import { objectOf } from '../refs.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectAnnotations.html */
export const ListObjectAnnotations = operation<
  ListObjectAnnotationsRequest,
  ListObjectAnnotationsOutput
>(ListObjectAnnotations$, async (input, ctx) => {
  const ref = objectOf(input, ctx)
  const limit = pageLimit(input.MaxAnnotationResults, 'max-annotation-results')
  const token = input.ContinuationToken
  const prefix = input.AnnotationPrefix ?? ''
  const { row, annotations } = await hidingAbsence(ctx, ref, () =>
    ctx.objects.annotations.list(ref, {
      prefix,
      limit: limit + 1,
      ...(token ? { after: fromToken(token) } : {}),
    }),
  )
  const shown = annotations.slice(0, limit)
  return {
    Annotations: shown.map((annotation) => ({
      AnnotationName: annotation.name,
      LastModified: new Date(annotation.last_modified_ms),
      Size: annotation.size_bytes,
      ETag: `"${annotation.etag}"`,
      ChecksumAlgorithm: [annotation.checksum_algorithm as ChecksumAlgorithm],
    })),
    Bucket: ref.bucket,
    Key: ref.key,
    ObjectVersionId: row.version_id,
    AnnotationPrefix: input.AnnotationPrefix,
    MaxAnnotationResults: limit,
    AnnotationCount: shown.length,
    ContinuationToken: token,
    NextContinuationToken:
      annotations.length > limit && shown.length > 0 ? toToken(shown.at(-1)!.name) : undefined,
  }
})

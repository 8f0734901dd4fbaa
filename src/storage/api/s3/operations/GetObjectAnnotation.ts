import {
  GetObjectAnnotation$,
  type GetObjectAnnotationOutput,
  type GetObjectAnnotationRequest,
} from '@aws-sdk/client-s3'
import { hidingAbsence } from '../access/absence.ts'
import { checksumMembers } from '../checksum-members.ts'
import { operation } from '../context.ts'
import { checkMayDecrypt, serverSideMembers } from '../encryption.ts'
import { objectOf } from '../refs.ts'

type Output = Omit<GetObjectAnnotationOutput, 'AnnotationPayload'> & {
  readonly AnnotationPayload: Uint8Array
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectAnnotation.html */
export const GetObjectAnnotation = operation<GetObjectAnnotationRequest, Output>(
  GetObjectAnnotation$,
  async (input, ctx) => {
    const ref = objectOf(input, ctx)
    const { row, annotation, payload } = await hidingAbsence(ctx, ref, async () => {
      await checkMayDecrypt(await ctx.objects.find(ref), ctx)
      return ctx.objects.annotations.get(ref, input.AnnotationName!)
    })
    const checksum = checksumMembers({ ...annotation, checksum_type: 'FULL_OBJECT' })
    const { ServerSideEncryption } = serverSideMembers(row)
    return {
      AnnotationPayload: payload,
      ObjectVersionId: row.version_id,
      LastModified: new Date(annotation.last_modified_ms),
      ContentLength: annotation.size_bytes,
      ETag: `"${annotation.etag}"`,
      ...(input.ChecksumMode === 'ENABLED' ? checksum : {}),
      ServerSideEncryption,
    }
  },
)

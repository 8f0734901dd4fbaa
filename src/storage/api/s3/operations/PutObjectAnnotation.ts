import type { Readable } from 'node:stream'
import {
  PutObjectAnnotation$,
  type PutObjectAnnotationOutput,
  type PutObjectAnnotationRequest,
} from '@aws-sdk/client-s3'
import { TooLargeError, collect } from '#kit'
import { checkBytes, defaultChecksum, objectLimits, recordOf } from '#storage/objects'
import { causeOf } from '../cause.ts'
import { checksumMembers, sentChecksum } from '../checksum-members.ts'
import { operation } from '../context.ts'
import { checkMayDecrypt, serverSideMembers } from '../encryption.ts'
import { invalidRequest, s3Error } from '../errors.ts'
import { objectOf } from '../refs.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectAnnotation.html. The payload lies in the database, beside the object's row. */
export const PutObjectAnnotation = operation<PutObjectAnnotationRequest, PutObjectAnnotationOutput>(
  PutObjectAnnotation$,
  async (input, ctx) => {
    const ref = objectOf(input, ctx)
    const { algorithm = defaultChecksum, expected } = sentChecksum(input, ctx)
    const payload = await payloadOf(input.AnnotationPayload as unknown as Readable | undefined)
    const digested = await checkBytes(payload, expected, [algorithm])
    const object = await ctx.objects.find(ref)
    if (recordOf(object)?.mode === 'customer') {
      throw invalidRequest('Objects encrypted with SSE-C cannot have annotations.')
    }
    await checkMayDecrypt(object, ctx)
    const { row, annotation } = await ctx.objects.annotations.put(ref, {
      name: input.AnnotationName!,
      payload,
      digested,
      algorithm,
      ifMatch: input.ObjectIfMatch,
      cause: causeOf(ctx),
    })
    const { ServerSideEncryption } = serverSideMembers(row)
    return {
      Key: ref.key,
      AnnotationName: annotation.name,
      ObjectVersionId: row.version_id,
      ETag: `"${annotation.etag}"`,
      ...checksumMembers({ ...annotation, checksum_type: 'FULL_OBJECT' }),
      ServerSideEncryption,
    }
  },
)

/** Of 1 byte to 1 MiB, and UTF-8. */
async function payloadOf(body: Readable | undefined): Promise<Buffer> {
  let bytes: Buffer
  try {
    bytes = body ? await collect(body, objectLimits.annotationSizeBytesMax) : Buffer.alloc(0)
  } catch (error) {
    if (!(error instanceof TooLargeError)) throw error
    throw s3Error('EntityTooLarge', 400, 'Your annotation exceeds the maximum allowed size', {
      MaxSizeAllowed: objectLimits.annotationSizeBytesMax,
    })
  }
  if (bytes.length === 0) throw invalidRequest('An annotation must not be empty.')
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw s3Error('UnsupportedMediaType', 415, 'The annotation payload must be valid UTF-8.')
  }
  return bytes
}

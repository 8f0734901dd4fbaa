import { PutObject$, type PutObjectOutput, type PutObjectRequest } from '@aws-sdk/client-s3'
import { attributesOf } from '../attributes.ts'
import { causeOf } from '../cause.ts'
import { checksumMembers, sentChecksum } from '../checksum-members.ts'
import { writeConditions } from '../condition-members.ts'
import { operation } from '../context.ts'
import { encryptionMembers, encryptionOf } from '../encryption.ts'
import { notImplemented } from '../errors.ts'
import { expirationOf } from '../expiration.ts'
import { objectOf, versionIdOf } from '../refs.ts'
import { checkLength } from '../request-length.ts'
import { sentBody } from '../sent-body.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html. Appending (`x-amz-write-offset-bytes`) is refused. */
export const PutObject = operation<PutObjectRequest, PutObjectOutput>(
  PutObject$,
  async (input, ctx) => {
    if (input.WriteOffsetBytes !== undefined) throw notImplemented('appending to an object')
    checkLength(ctx.request)
    const ref = objectOf(input, ctx)
    const { versioning } = await ctx.objects.buckets.get(ref.accountId, ref.bucket)
    const { algorithm, expected } = sentChecksum(input, ctx)
    const conditions = writeConditions(input)
    const row = await ctx.objects.putObject(
      {
        ...ref,
        attributes: await attributesOf(input, ctx),
        ...encryptionOf(input, ctx),
        expected,
        ...(algorithm ? { algorithm } : {}),
        ...(conditions ? { conditions } : {}),
        ...(ctx.request.method === 'POST' ? { how: 'Post' } : {}),
        cause: causeOf(ctx),
      },
      sentBody(input.Body),
    )
    return {
      ETag: `"${row.etag}"`,
      Expiration: await expirationOf(row, ctx),
      VersionId: versionIdOf(row, versioning),
      ...checksumMembers(row),
      ...encryptionMembers(row, input),
    }
  },
)

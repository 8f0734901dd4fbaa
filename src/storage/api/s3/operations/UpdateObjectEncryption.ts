import {
  UpdateObjectEncryption$,
  type UpdateObjectEncryptionRequest,
  type UpdateObjectEncryptionResponse,
} from '@aws-sdk/client-s3'
import { operation } from '../context.ts'
import { checkMayDecrypt, permitKey } from '../encryption.ts'
import { invalidArgument, malformedXml } from '../errors.ts'
import { objectOf } from '../refs.ts'

const keyArn = /^arn:aws[-a-z0-9]*:kms:[-a-z0-9]*:\d{12}:key\/.+/

/**
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_UpdateObjectEncryption.html. The bytes stay as they are, and so do ETag
 * and time: their key is sealed under another one. Objects that lie plain cannot be updated, only copied.
 */
export const UpdateObjectEncryption = operation<
  UpdateObjectEncryptionRequest,
  UpdateObjectEncryptionResponse
>(UpdateObjectEncryption$, async (input, ctx) => {
  const { KMSKeyArn: keyName, BucketKeyEnabled: bucketKey = false } =
    input.ObjectEncryption?.SSEKMS ?? {}
  if (keyName === undefined) throw malformedXml()
  if (!keyArn.test(keyName)) {
    throw invalidArgument('The KMS key must be given by its ARN.', 'KMSKeyArn', keyName)
  }
  const ref = objectOf(input, ctx)
  await checkMayDecrypt(await ctx.objects.find(ref), ctx)
  await ctx.objects.reseal(ref, { mode: 'aws:kms', keyName, bucketKey }, permitKey(ctx))
  return {}
})

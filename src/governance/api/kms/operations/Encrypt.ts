import { Encrypt$, type EncryptRequest, type EncryptResponse } from '@aws-sdk/client-kms'
import { operation } from '../context.ts'
import { refuseUnsupported, requireSymmetric } from '../checks.ts'
import { keyOf } from '../key-of.ts'

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_Encrypt.html */
export const Encrypt = operation<EncryptRequest, EncryptResponse>(Encrypt$, async (input, ctx) => {
  refuseUnsupported({ DryRun: input.DryRun, GrantTokens: input.GrantTokens })
  requireSymmetric(input.EncryptionAlgorithm)
  const key = await keyOf(ctx, input.KeyId!, 'Encrypt', input.EncryptionContext)
  const ciphertext = await ctx.keys.encrypt(key, input.Plaintext!, input.EncryptionContext ?? {})
  return { CiphertextBlob: ciphertext, KeyId: key.arn, EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' }
})

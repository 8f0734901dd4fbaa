import { Decrypt$, type DecryptRequest, type DecryptResponse } from '@aws-sdk/client-kms'
import { operation } from '../context.ts'
import { refuseUnsupported, requireSymmetric } from '../checks.ts'
import { requireAllowed } from '../key-of.ts'

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_Decrypt.html */
export const Decrypt = operation<DecryptRequest, DecryptResponse>(Decrypt$, async (input, ctx) => {
  refuseUnsupported({
    DryRun: input.DryRun,
    GrantTokens: input.GrantTokens,
    Recipient: input.Recipient,
  })
  requireSymmetric(input.EncryptionAlgorithm)
  const ciphertext = input.CiphertextBlob!
  const key =
    input.KeyId === undefined
      ? await ctx.keys.keyOfCiphertext(ciphertext)
      : await ctx.keys.resolve(ctx, input.KeyId)
  await requireAllowed(ctx, key, 'Decrypt', input.EncryptionContext)
  const plaintext = await ctx.keys.decrypt(key, ciphertext, input.EncryptionContext ?? {})
  return { Plaintext: plaintext, KeyId: key.arn, EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' }
})

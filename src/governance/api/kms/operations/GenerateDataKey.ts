import {
  GenerateDataKey$,
  type GenerateDataKeyRequest,
  type GenerateDataKeyResponse,
} from '@aws-sdk/client-kms'
import { randomHex } from '#kit'
import { operation } from '../context.ts'
import { refuseUnsupported } from '../checks.ts'
import { dataKeyBytes } from '../data-key.ts'
import { keyOf } from '../key-of.ts'

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateDataKey.html */
export const GenerateDataKey = operation<GenerateDataKeyRequest, GenerateDataKeyResponse>(
  GenerateDataKey$,
  async (input, ctx) => {
    refuseUnsupported({
      DryRun: input.DryRun,
      GrantTokens: input.GrantTokens,
      Recipient: input.Recipient,
    })
    const key = await keyOf(ctx, input.KeyId!, 'GenerateDataKey', input.EncryptionContext)
    const plaintext = Buffer.from(randomHex(dataKeyBytes(input)), 'hex')
    const ciphertext = await ctx.keys.encrypt(key, plaintext, input.EncryptionContext ?? {})
    return { CiphertextBlob: ciphertext, Plaintext: plaintext, KeyId: key.arn }
  },
)

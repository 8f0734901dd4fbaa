import {
  GenerateDataKeyWithoutPlaintext$,
  type GenerateDataKeyWithoutPlaintextRequest,
  type GenerateDataKeyWithoutPlaintextResponse,
} from '@aws-sdk/client-kms'
import { randomHex } from '#kit'
import { operation } from '../context.ts'
import { refuseUnsupported } from '../checks.ts'
import { dataKeyBytes } from '../data-key.ts'
import { keyOf } from '../key-of.ts'

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateDataKeyWithoutPlaintext.html */
export const GenerateDataKeyWithoutPlaintext = operation<
  GenerateDataKeyWithoutPlaintextRequest,
  GenerateDataKeyWithoutPlaintextResponse
>(GenerateDataKeyWithoutPlaintext$, async (input, ctx) => {
  refuseUnsupported({ DryRun: input.DryRun, GrantTokens: input.GrantTokens })
  const key = await keyOf(
    ctx,
    input.KeyId!,
    'GenerateDataKeyWithoutPlaintext',
    input.EncryptionContext,
  )
  const plaintext = Buffer.from(randomHex(dataKeyBytes(input)), 'hex')
  const ciphertext = await ctx.keys.encrypt(key, plaintext, input.EncryptionContext ?? {})
  return { CiphertextBlob: ciphertext, KeyId: key.arn }
})

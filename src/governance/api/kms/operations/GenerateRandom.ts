import {
  GenerateRandom$,
  type GenerateRandomRequest,
  type GenerateRandomResponse,
} from '@aws-sdk/client-kms'
import { randomHex } from '#kit'
import { operation } from '../context.ts'
import { refuseUnsupported } from '../checks.ts'

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateRandom.html */
export const GenerateRandom = operation<GenerateRandomRequest, GenerateRandomResponse>(
  GenerateRandom$,
  (input) => {
    refuseUnsupported({ CustomKeyStoreId: input.CustomKeyStoreId, Recipient: input.Recipient })
    return { Plaintext: Buffer.from(randomHex(input.NumberOfBytes ?? 32), 'hex') }
  },
)

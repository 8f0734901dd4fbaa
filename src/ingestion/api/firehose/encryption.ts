import type {
  DeliveryStreamEncryptionConfiguration,
  DeliveryStreamEncryptionConfigurationInput,
} from '@aws-sdk/client-firehose'
import { invalidArgument } from './refusal.ts'

export const stoppedEncryption: DeliveryStreamEncryptionConfiguration = { Status: 'DISABLED' }

/** Which key was asked for. It is remembered; records are not encrypted with it. */
export function startedEncryption(
  input: DeliveryStreamEncryptionConfigurationInput | undefined,
): DeliveryStreamEncryptionConfiguration {
  const keyType = input?.KeyType ?? 'AWS_OWNED_CMK'
  if (keyType === 'CUSTOMER_MANAGED_CMK' && !input?.KeyARN) {
    throw invalidArgument('KeyARN must be given when KeyType is CUSTOMER_MANAGED_CMK.')
  }
  if (keyType === 'AWS_OWNED_CMK' && input?.KeyARN) {
    throw invalidArgument('KeyARN must not be given when KeyType is AWS_OWNED_CMK.')
  }
  return {
    Status: 'ENABLED',
    KeyType: keyType,
    ...(input?.KeyARN ? { KeyARN: input.KeyARN } : {}),
  }
}

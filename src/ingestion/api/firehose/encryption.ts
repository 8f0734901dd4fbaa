import type {
  DeliveryStreamEncryptionConfiguration,
  DeliveryStreamEncryptionConfigurationInput,
} from '@aws-sdk/client-firehose'
import type { DeliveryStream } from '#ingestion/delivery'
import { ownedKey } from '#ingestion/streams'
import { AwsError } from '#protocol/aws'
import type { FirehoseContext } from './context.ts'
import { encryptionsPerDay } from './quotas.ts'
import { invalidArgument } from './refusal.ts'

export const stoppedEncryption: DeliveryStreamEncryptionConfiguration = { Status: 'DISABLED' }

/**
 * The key that records are sealed under between their acceptance and their delivery, once it was found to be of use. Errors:
 * `KmsNotFound`, `KmsDisabled`, `KmsInvalidState`.
 */
export async function sealingKey(
  ctx: Pick<FirehoseContext, 'kms'> & { readonly accountId: string; readonly region: string },
  { KeyARN }: DeliveryStreamEncryptionConfiguration,
): Promise<string> {
  if (KeyARN === undefined) return ownedKey
  const arn = await ctx.kms.arnOf(ctx, KeyARN)
  await ctx.kms.seal(arn, Buffer.alloc(32), '')
  return arn
}

/** Which key was asked for. */
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

/** Counts a start or a stop, where AWS's limits are enforced. */
export async function countEncryption(
  { quotas }: Pick<FirehoseContext, 'quotas'>,
  stream: DeliveryStream,
): Promise<void> {
  if (!quotas || (await quotas.mayChangeEncryption(stream))) return
  throw new AwsError({
    name: 'LimitExceededException',
    message: `The encryption of delivery stream ${stream.name} under account ${stream.accountId} can be started and stopped ${encryptionsPerDay} times in 24 hours.`,
  })
}

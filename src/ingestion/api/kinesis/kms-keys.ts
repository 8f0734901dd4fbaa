import {
  type ConditionKeys,
  type Key,
  type Keys,
  type Sealer,
  keyConditions,
} from '#governance/keys'
import { StreamErrors, ownedKey, type KmsKeys, type StreamRecord } from '#ingestion/streams'
import { isLakeError } from '#kit'
import type { Call } from '#protocol/aws'

/** The keys of the lake, for the logs of streams and deliveries: KMS, and the master key for what AWS would keep under a key of its own. */
export function kmsKeys(keys: Keys, sealer: Sealer): KmsKeys {
  const context = (logId: string) => `streams/data-key/${logId}`
  return {
    arnOf: (place, name) => inTermsOfStreams(async () => (await keys.resolve(place, name)).arn),
    seal: async (arn, plain, logId) =>
      arn === ownedKey
        ? sealer.seal(plain, context(logId))
        : inTermsOfStreams(async () => keys.encrypt(await keyOf(keys, arn), plain, { log: logId })),
    unseal: async (arn, sealed, logId) =>
      arn === ownedKey
        ? sealer.unseal(sealed, context(logId))
        : inTermsOfStreams(async () =>
            keys.decrypt(await keyOf(keys, arn), sealed, { log: logId }),
          ),
  }
}

/** Asks whether a caller may use a key; one that AWS manages serves everybody who may use its service. */
export type MayUseKey = (
  call: {
    permits(
      action: string,
      resource: string,
      versionId?: string,
      keys?: ConditionKeys,
    ): Promise<boolean>
  },
  action: 'kms:GenerateDataKey' | 'kms:Decrypt',
  arn: string,
  streamArn: string,
) => Promise<boolean>

export function mayUseKey(keys: Keys): MayUseKey {
  return async (call, action, arn, streamArn) => {
    const key = await inTermsOfStreams(() => keyOf(keys, arn))
    const use = keyConditions('kinesis', arn, { 'aws:kinesis:arn': streamArn })
    return key.manager === 'AWS' || call.permits(action, arn, undefined, use)
  }
}

/** What a producer needs: https://docs.aws.amazon.com/streams/latest/dev/permissions-user-key-KMS.html. Error: `KmsAccessDenied`. */
export async function checkMaySeal(
  ctx: Call & { readonly mayUseKey: MayUseKey },
  arn: string | undefined,
  streamArn: string,
): Promise<void> {
  if (arn !== undefined) await check(ctx, 'kms:GenerateDataKey', arn, streamArn)
}

/** What a consumer needs of the keys that records lie under. Error: `KmsAccessDenied`. */
export async function checkMayOpen(
  ctx: Call & { readonly mayUseKey: MayUseKey },
  records: readonly StreamRecord[],
  streamArn: string,
): Promise<void> {
  const arns = new Set<string>()
  for (const { kmsKeyArn } of records) if (kmsKeyArn !== undefined) arns.add(kmsKeyArn)
  for (const arn of arns) await check(ctx, 'kms:Decrypt', arn, streamArn)
}

async function check(
  ctx: Call & { readonly mayUseKey: MayUseKey },
  action: 'kms:GenerateDataKey' | 'kms:Decrypt',
  arn: string,
  streamArn: string,
): Promise<void> {
  if (await ctx.mayUseKey(ctx, action, arn, streamArn)) return
  throw StreamErrors.KmsAccessDenied(
    `User: ${ctx.caller.arn} is not authorized to perform: ${action} on resource: ${arn}`,
  )
}

function keyOf(keys: Keys, arn: string): Promise<Key> {
  const [, , , region = '', accountId = ''] = arn.split(':')
  return keys.resolve({ accountId, region }, arn)
}

async function inTermsOfStreams<R>(work: () => Promise<R>): Promise<R> {
  try {
    return await work()
  } catch (error) {
    if (!isLakeError(error)) throw error
    if (error.code === 'KeyNotFound') throw StreamErrors.KmsNotFound(error.message, {}, error)
    if (error.code === 'KeyDisabled') throw StreamErrors.KmsDisabled(error.message, {}, error)
    if (error.code === 'KeyStateWrong') {
      throw StreamErrors.KmsInvalidState(error.message, {}, error)
    }
    throw error
  }
}

import type { LogGroup as WireLogGroup, LogGroupClass } from '@aws-sdk/client-cloudwatch-logs'
import type { LogGroup } from '#governance/monitoring'
import type { Call } from '#protocol/aws'
import { groupArn } from './subject.ts'

/** Nobody checks it any more; older clients want one to be there. 56 digits, as on AWS. */
export const uploadToken = '4'.padEnd(56, '9')

export function toLogGroup(ctx: Pick<Call, 'accountId' | 'region'>, group: LogGroup): WireLogGroup {
  const arn = groupArn(ctx, group.name)
  return {
    logGroupName: group.name,
    creationTime: group.createdMs,
    retentionInDays: group.retentionDays,
    metricFilterCount: 0,
    arn: `${arn}:*`,
    storedBytes: group.storedBytes,
    kmsKeyId: group.kmsKeyId,
    logGroupClass: group.class as LogGroupClass,
    logGroupArn: arn,
    deletionProtectionEnabled: group.deletionProtection,
  }
}

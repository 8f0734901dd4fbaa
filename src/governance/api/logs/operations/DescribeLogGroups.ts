import {
  DescribeLogGroups$,
  type DescribeLogGroupsRequest,
  type DescribeLogGroupsResponse,
} from '@aws-sdk/client-cloudwatch-logs'
import { isLakeError } from '#kit'
import { LogErrors } from '#governance/monitoring'
import { operation } from '../context.ts'
import { groupNameOf, scopeOf } from '../subject.ts'
import { toLogGroup } from '../shapes.ts'

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeLogGroups.html. Only the caller's own account is listed. */
export const DescribeLogGroups = operation<DescribeLogGroupsRequest, DescribeLogGroupsResponse>(
  DescribeLogGroups$,
  async (input, ctx) => {
    if (input.logGroupNamePrefix !== undefined && input.logGroupNamePattern !== undefined) {
      throw LogErrors.InvalidLogParameter(
        'LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.',
      )
    }
    if (input.logGroupIdentifiers) {
      const found = await Promise.all(
        input.logGroupIdentifiers.map((identifier) =>
          ctx.logStore
            .getGroup({ ...scopeOf(ctx), group: groupNameOf(ctx, identifier) })
            .catch(absent),
        ),
      )
      return { logGroups: found.flatMap((group) => (group ? [toLogGroup(ctx, group)] : [])) }
    }
    const { items, nextToken } = await ctx.logStore.listGroups(scopeOf(ctx), {
      limit: input.limit ?? 50,
      prefix: input.logGroupNamePrefix,
      pattern: input.logGroupNamePattern,
      class: input.logGroupClass,
      nextToken: input.nextToken,
    })
    return { logGroups: items.map((group) => toLogGroup(ctx, group)), nextToken }
  },
)

function absent(error: unknown): undefined {
  if (isLakeError(error, 'LogResourceNotFound')) return undefined
  throw error
}

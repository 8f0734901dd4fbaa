import {
  ListLogGroups$,
  type ListLogGroupsRequest,
  type LogGroupClass,
  type ListLogGroupsResponse,
} from '@aws-sdk/client-cloudwatch-logs'
import { LogErrors } from '#governance/monitoring'
import { operation } from '../context.ts'
import { groupArn, scopeOf } from '../subject.ts'

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_ListLogGroups.html. Patterns with `|` are refused. */
export const ListLogGroups = operation<ListLogGroupsRequest, ListLogGroupsResponse>(
  ListLogGroups$,
  async (input, ctx) => {
    const { logGroupNamePattern: pattern } = input
    if (pattern && !/^\^?[\w./#-]*$/.test(pattern)) {
      throw LogErrors.InvalidLogParameter(
        'The pattern may hold letters, digits and . - _ / # after an optional ^.',
      )
    }
    const { items, nextToken } = await ctx.logStore.listGroups(scopeOf(ctx), {
      limit: input.limit ?? 50,
      ...(pattern?.startsWith('^') ? { prefix: pattern.slice(1) } : { pattern }),
      class: input.logGroupClass,
      nextToken: input.nextToken,
    })
    return {
      logGroups: items.map((group) => ({
        logGroupName: group.name,
        logGroupArn: groupArn(ctx, group.name),
        logGroupClass: group.class as LogGroupClass,
      })),
      nextToken,
    }
  },
)

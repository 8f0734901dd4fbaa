import { AssumeRole$, type AssumeRoleRequest, type AssumeRoleResponse } from '@aws-sdk/client-sts'
import { operation } from '../context.ts'
import { toCredentials } from '../credentials.ts'

/**
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 * The root of an account may assume roles, where AWS refuses; MFA and transitive tags are not known here.
 */
export const AssumeRole = operation<AssumeRoleRequest, AssumeRoleResponse>(
  AssumeRole$,
  async (input, ctx) => {
    const assumed = await ctx.identity.assumeRole(
      {
        caller: ctx.caller,
        action: 'sts:AssumeRole',
        service: 'sts',
        operation: 'AssumeRole',
        input,
        accountId: ctx.accountId,
        region: ctx.region,
        request: ctx.request,
      },
      {
        roleArn: input.RoleArn!,
        sessionName: input.RoleSessionName!,
        durationS: input.DurationSeconds,
        externalId: input.ExternalId,
        policy: input.Policy,
        policyArns: (input.PolicyArns ?? []).map(({ arn }) => arn!),
        tags: (input.Tags ?? []).map((tag) => ({ key: tag.Key!, value: tag.Value! })),
        sourceIdentity: input.SourceIdentity,
      },
    )
    return {
      Credentials: toCredentials(assumed.credentials),
      AssumedRoleUser: { AssumedRoleId: assumed.assumedRoleId, Arn: assumed.arn },
      SourceIdentity: input.SourceIdentity,
      ...(input.Policy === undefined
        ? {}
        : { PackedPolicySize: Math.ceil((input.Policy.length / 2048) * 100) }),
    }
  },
)

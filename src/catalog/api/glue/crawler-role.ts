import { AwsError, type Call } from '#protocol/aws'
import type { GlueContext } from './context.ts'

/** Refuses a role, by its ARN or its name with its path, that does not trust Glue or is not there: `InvalidInputException`. */
export async function checkCrawlerRole(
  ctx: Call & GlueContext,
  role: string | undefined,
): Promise<void> {
  if (role === undefined) return
  const arn = role.startsWith('arn:') ? role : `arn:aws:iam::${ctx.accountId}:role/${role}`
  const isRole = /^arn:aws:iam::\d{12}:role\/./.test(arn)
  if (isRole && (await ctx.mayAssume(arn, ctx.accountId))) return
  throw new AwsError({
    name: 'InvalidInputException',
    message: "Service is unable to assume provided role. Please verify role's TrustPolicy",
  })
}

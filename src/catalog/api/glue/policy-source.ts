import type { Metastore } from '#catalog/metastore'
import { parsedPolicies, type FoundSide, type SideQuestion } from '#governance/identity'

const arnParts = /^arn:aws:glue:([^:]+):(\d{12}):/
/** Root of the account always may do these: a policy that locks everybody out can be mended. */
const mending = /^glue:(?:Get|Put|Delete)ResourcePolicy$/

/** The policy of the catalog: https://docs.aws.amazon.com/glue/latest/dg/security_iam_resource-based-policy-examples.html */
export function catalogPolicySource(metastore: Pick<Metastore, 'catalogPolicy'>) {
  const parse = parsedPolicies('glue:DeleteResourcePolicy')
  return async ({ action, resource }: SideQuestion): Promise<FoundSide | undefined> => {
    const [, region, accountId] = arnParts.exec(resource) ?? []
    if (region === undefined || accountId === undefined) return undefined
    const text = await metastore.catalogPolicy({ accountId, region })
    const policy = text === undefined ? undefined : parse(text)
    return { accountId, policy, rootExempt: mending.test(action) }
  }
}

import { CreateRoleCommand, PutRolePolicyCommand, type IAMClient } from '@aws-sdk/client-iam'

export interface ServiceRole {
  readonly name: string
  readonly path?: string
  /** Who may take it: `firehose` and the like. */
  readonly services: readonly string[]
  /** What it may do then, to everything. */
  readonly actions?: readonly string[]
}

/** Makes a role that services take. Its ARN. */
export async function createServiceRole(
  iam: IAMClient,
  { name, path, services, actions }: ServiceRole,
): Promise<string> {
  const Service = services.map((service) => `${service}.amazonaws.com`)
  const { Role } = await iam.send(
    new CreateRoleCommand({
      RoleName: name,
      Path: path,
      AssumeRolePolicyDocument: policyOf({ Principal: { Service }, Action: 'sts:AssumeRole' }),
    }),
  )
  if (actions) await letRole(iam, name, { Action: actions, Resource: '*' })
  return Role!.Arn!
}

/** What the role may do from now on, and nothing else of this name. */
export async function letRole(
  iam: IAMClient,
  RoleName: string,
  statement: object | readonly object[],
  PolicyName = 'own',
): Promise<void> {
  const PolicyDocument = policyOf(statement)
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument }))
}

export function policyOf(statements: object | readonly object[]): string {
  const Statement = [statements].flat().map((statement) => ({ Effect: 'Allow', ...statement }))
  return JSON.stringify({ Version: '2012-10-17', Statement })
}

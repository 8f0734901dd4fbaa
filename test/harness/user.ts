import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  PutUserPolicyCommand,
  type IAMClient,
} from '@aws-sdk/client-iam'
import { policyOf } from './service-role.ts'

export interface AccessKeys {
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

/** Makes a user who may do what the statements say, and nothing where there are none. His keys. */
export async function createUser(
  iam: IAMClient,
  UserName: string,
  statements: object | readonly object[] = [],
): Promise<AccessKeys> {
  await iam.send(new CreateUserCommand({ UserName }))
  if ([statements].flat().length > 0) await letUser(iam, UserName, statements)
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }))
  return { accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! }
}

/** What the user may do from now on, and nothing else of this name. */
export async function letUser(
  iam: IAMClient,
  UserName: string,
  statement: object | readonly object[],
  PolicyName = 'own',
): Promise<void> {
  const PolicyDocument = policyOf(statement)
  await iam.send(new PutUserPolicyCommand({ UserName, PolicyName, PolicyDocument }))
}

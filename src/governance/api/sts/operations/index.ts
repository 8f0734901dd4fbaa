import type { Operation } from '#protocol/aws'
import type { StsContext } from '../context.ts'
import { AssumeRole } from './AssumeRole.ts'
import { GetAccessKeyInfo } from './GetAccessKeyInfo.ts'
import { GetCallerIdentity } from './GetCallerIdentity.ts'
import { GetSessionToken } from './GetSessionToken.ts'

export const operations: Readonly<Record<string, Operation<StsContext>>> = {
  AssumeRole,
  GetAccessKeyInfo,
  GetCallerIdentity,
  GetSessionToken,
}

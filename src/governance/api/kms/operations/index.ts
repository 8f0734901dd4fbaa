import type { Operation } from '#protocol/aws'
import type { KmsContext } from '../context.ts'
import { CancelKeyDeletion } from './CancelKeyDeletion.ts'
import { CreateAlias } from './CreateAlias.ts'
import { CreateKey } from './CreateKey.ts'
import { Decrypt } from './Decrypt.ts'
import { DeleteAlias } from './DeleteAlias.ts'
import { DescribeKey } from './DescribeKey.ts'
import { DisableKey } from './DisableKey.ts'
import { DisableKeyRotation } from './DisableKeyRotation.ts'
import { EnableKey } from './EnableKey.ts'
import { EnableKeyRotation } from './EnableKeyRotation.ts'
import { Encrypt } from './Encrypt.ts'
import { GenerateDataKey } from './GenerateDataKey.ts'
import { GenerateDataKeyWithoutPlaintext } from './GenerateDataKeyWithoutPlaintext.ts'
import { GenerateRandom } from './GenerateRandom.ts'
import { GetKeyPolicy } from './GetKeyPolicy.ts'
import { GetKeyRotationStatus } from './GetKeyRotationStatus.ts'
import { ListAliases } from './ListAliases.ts'
import { ListKeyPolicies } from './ListKeyPolicies.ts'
import { ListKeys } from './ListKeys.ts'
import { ListResourceTags } from './ListResourceTags.ts'
import { PutKeyPolicy } from './PutKeyPolicy.ts'
import { ReEncrypt } from './ReEncrypt.ts'
import { RotateKeyOnDemand } from './RotateKeyOnDemand.ts'
import { ScheduleKeyDeletion } from './ScheduleKeyDeletion.ts'
import { TagResource } from './TagResource.ts'
import { UntagResource } from './UntagResource.ts'
import { UpdateAlias } from './UpdateAlias.ts'
import { UpdateKeyDescription } from './UpdateKeyDescription.ts'

export const operations: Readonly<Record<string, Operation<KmsContext>>> = {
  CancelKeyDeletion,
  CreateAlias,
  CreateKey,
  Decrypt,
  DeleteAlias,
  DescribeKey,
  DisableKey,
  DisableKeyRotation,
  EnableKey,
  EnableKeyRotation,
  Encrypt,
  GenerateDataKey,
  GenerateDataKeyWithoutPlaintext,
  GenerateRandom,
  GetKeyPolicy,
  GetKeyRotationStatus,
  ListAliases,
  ListKeyPolicies,
  ListKeys,
  ListResourceTags,
  PutKeyPolicy,
  ReEncrypt,
  RotateKeyOnDemand,
  ScheduleKeyDeletion,
  TagResource,
  UntagResource,
  UpdateAlias,
  UpdateKeyDescription,
}

import type { Operation } from '#protocol/aws'
import type { LogsContext } from '../context.ts'
import { AssociateKmsKey } from './AssociateKmsKey.ts'
import { CreateLogGroup } from './CreateLogGroup.ts'
import { CreateLogStream } from './CreateLogStream.ts'
import { DeleteLogGroup } from './DeleteLogGroup.ts'
import { DeleteLogStream } from './DeleteLogStream.ts'
import { DeleteRetentionPolicy } from './DeleteRetentionPolicy.ts'
import { DescribeLogGroups } from './DescribeLogGroups.ts'
import { DescribeLogStreams } from './DescribeLogStreams.ts'
import { DescribeMetricFilters } from './DescribeMetricFilters.ts'
import { DescribeResourcePolicies } from './DescribeResourcePolicies.ts'
import { DescribeSubscriptionFilters } from './DescribeSubscriptionFilters.ts'
import { DisassociateKmsKey } from './DisassociateKmsKey.ts'
import { FilterLogEvents } from './FilterLogEvents.ts'
import { GetLogEvents } from './GetLogEvents.ts'
import { ListLogGroups } from './ListLogGroups.ts'
import { ListTagsForResource } from './ListTagsForResource.ts'
import { ListTagsLogGroup } from './ListTagsLogGroup.ts'
import { PutLogEvents } from './PutLogEvents.ts'
import { PutLogGroupDeletionProtection } from './PutLogGroupDeletionProtection.ts'
import { PutRetentionPolicy } from './PutRetentionPolicy.ts'
import { TagLogGroup } from './TagLogGroup.ts'
import { TagResource } from './TagResource.ts'
import { UntagLogGroup } from './UntagLogGroup.ts'
import { UntagResource } from './UntagResource.ts'

export const operations: Readonly<Record<string, Operation<LogsContext>>> = {
  AssociateKmsKey,
  CreateLogGroup,
  CreateLogStream,
  DeleteLogGroup,
  DeleteLogStream,
  DeleteRetentionPolicy,
  DescribeLogGroups,
  DescribeLogStreams,
  DescribeMetricFilters,
  DescribeResourcePolicies,
  DescribeSubscriptionFilters,
  DisassociateKmsKey,
  FilterLogEvents,
  GetLogEvents,
  ListLogGroups,
  ListTagsForResource,
  ListTagsLogGroup,
  PutLogEvents,
  PutLogGroupDeletionProtection,
  PutRetentionPolicy,
  TagLogGroup,
  TagResource,
  UntagLogGroup,
  UntagResource,
}

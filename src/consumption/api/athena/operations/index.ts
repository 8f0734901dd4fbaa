import type { Operation } from '#protocol/aws'
import type { AthenaContext } from '../context.ts'
import { BatchGetNamedQuery } from './BatchGetNamedQuery.ts'
import { BatchGetPreparedStatement } from './BatchGetPreparedStatement.ts'
import { BatchGetQueryExecution } from './BatchGetQueryExecution.ts'
import { CancelCapacityReservation } from './CancelCapacityReservation.ts'
import { CreateCapacityReservation } from './CreateCapacityReservation.ts'
import { CreateDataCatalog } from './CreateDataCatalog.ts'
import { CreateNamedQuery } from './CreateNamedQuery.ts'
import { CreatePreparedStatement } from './CreatePreparedStatement.ts'
import { CreateWorkGroup } from './CreateWorkGroup.ts'
import { DeleteCapacityReservation } from './DeleteCapacityReservation.ts'
import { DeleteDataCatalog } from './DeleteDataCatalog.ts'
import { DeleteNamedQuery } from './DeleteNamedQuery.ts'
import { DeletePreparedStatement } from './DeletePreparedStatement.ts'
import { DeleteWorkGroup } from './DeleteWorkGroup.ts'
import { GetCapacityAssignmentConfiguration } from './GetCapacityAssignmentConfiguration.ts'
import { GetCapacityReservation } from './GetCapacityReservation.ts'
import { GetDataCatalog } from './GetDataCatalog.ts'
import { GetDatabase } from './GetDatabase.ts'
import { GetNamedQuery } from './GetNamedQuery.ts'
import { GetPreparedStatement } from './GetPreparedStatement.ts'
import { GetQueryExecution } from './GetQueryExecution.ts'
import { GetQueryResults } from './GetQueryResults.ts'
import { GetQueryRuntimeStatistics } from './GetQueryRuntimeStatistics.ts'
import { GetTableMetadata } from './GetTableMetadata.ts'
import { GetWorkGroup } from './GetWorkGroup.ts'
import { ListCapacityReservations } from './ListCapacityReservations.ts'
import { ListDataCatalogs } from './ListDataCatalogs.ts'
import { ListDatabases } from './ListDatabases.ts'
import { ListEngineVersions } from './ListEngineVersions.ts'
import { ListNamedQueries } from './ListNamedQueries.ts'
import { ListPreparedStatements } from './ListPreparedStatements.ts'
import { ListQueryExecutions } from './ListQueryExecutions.ts'
import { ListTableMetadata } from './ListTableMetadata.ts'
import { ListTagsForResource } from './ListTagsForResource.ts'
import { ListWorkGroups } from './ListWorkGroups.ts'
import { PutCapacityAssignmentConfiguration } from './PutCapacityAssignmentConfiguration.ts'
import { StartQueryExecution } from './StartQueryExecution.ts'
import { StopQueryExecution } from './StopQueryExecution.ts'
import { TagResource } from './TagResource.ts'
import { UntagResource } from './UntagResource.ts'
import { UpdateCapacityReservation } from './UpdateCapacityReservation.ts'
import { UpdateDataCatalog } from './UpdateDataCatalog.ts'
import { UpdateNamedQuery } from './UpdateNamedQuery.ts'
import { UpdatePreparedStatement } from './UpdatePreparedStatement.ts'
import { UpdateWorkGroup } from './UpdateWorkGroup.ts'

export const operations: Readonly<Record<string, Operation<AthenaContext>>> = {
  BatchGetNamedQuery,
  BatchGetPreparedStatement,
  BatchGetQueryExecution,
  CancelCapacityReservation,
  CreateCapacityReservation,
  CreateDataCatalog,
  CreateNamedQuery,
  CreatePreparedStatement,
  CreateWorkGroup,
  DeleteCapacityReservation,
  DeleteDataCatalog,
  DeleteNamedQuery,
  DeletePreparedStatement,
  DeleteWorkGroup,
  GetCapacityAssignmentConfiguration,
  GetCapacityReservation,
  GetDataCatalog,
  GetDatabase,
  GetNamedQuery,
  GetPreparedStatement,
  GetQueryExecution,
  GetQueryResults,
  GetQueryRuntimeStatistics,
  GetTableMetadata,
  GetWorkGroup,
  ListCapacityReservations,
  ListDataCatalogs,
  ListDatabases,
  ListEngineVersions,
  ListNamedQueries,
  ListPreparedStatements,
  ListQueryExecutions,
  ListTableMetadata,
  ListTagsForResource,
  ListWorkGroups,
  PutCapacityAssignmentConfiguration,
  StartQueryExecution,
  StopQueryExecution,
  TagResource,
  UntagResource,
  UpdateCapacityReservation,
  UpdateDataCatalog,
  UpdateNamedQuery,
  UpdatePreparedStatement,
  UpdateWorkGroup,
}

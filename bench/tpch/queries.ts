/**
 * Queries in the shape of TPC-H's (https://www.tpc.org/tpch/), over the columns that `tables.ts` makes. `{x}` stands for the table
 * x; Athena and the engine take the same text.
 */
export const tpchQueries: readonly { readonly name: string; readonly sql: string }[] = [
  {
    name: 'Q1',
    sql: `SELECT l_returnflag, l_linestatus, sum(l_quantity), sum(l_extendedprice), sum(l_extendedprice * (1 - l_discount)), avg(l_quantity), count(*)
      FROM {lineitem} WHERE l_shipdate <= DATE '1998-09-02' GROUP BY l_returnflag, l_linestatus ORDER BY 1, 2`,
  },
  {
    name: 'Q3',
    sql: `SELECT l_orderkey, sum(l_extendedprice * (1 - l_discount)) AS revenue, o_orderdate
      FROM {customer} JOIN {orders} ON c_custkey = o_custkey JOIN {lineitem} ON l_orderkey = o_orderkey
      WHERE c_mktsegment = 'BUILDING' AND o_orderdate < DATE '1995-03-15' AND l_shipdate > DATE '1995-03-15'
      GROUP BY l_orderkey, o_orderdate ORDER BY revenue DESC, o_orderdate LIMIT 10`,
  },
  {
    name: 'Q4',
    sql: `SELECT o_orderpriority, count(*) FROM {orders}
      WHERE o_orderdate >= DATE '1993-07-01' AND o_orderdate < DATE '1993-10-01'
        AND EXISTS (SELECT 1 FROM {lineitem} WHERE l_orderkey = o_orderkey AND l_commitdate < l_receiptdate)
      GROUP BY o_orderpriority ORDER BY 1`,
  },
  {
    name: 'Q5',
    sql: `SELECT n_name, sum(l_extendedprice * (1 - l_discount)) AS revenue
      FROM {customer} JOIN {orders} ON c_custkey = o_custkey JOIN {lineitem} ON l_orderkey = o_orderkey
        JOIN {supplier} ON l_suppkey = s_suppkey AND c_nationkey = s_nationkey
        JOIN {nation} ON s_nationkey = n_nationkey JOIN {region} ON n_regionkey = r_regionkey
      WHERE r_name = 'ASIA' AND o_orderdate >= DATE '1994-01-01' AND o_orderdate < DATE '1995-01-01'
      GROUP BY n_name ORDER BY revenue DESC`,
  },
  {
    name: 'Q6',
    sql: `SELECT sum(l_extendedprice * l_discount) FROM {lineitem}
      WHERE l_shipdate >= DATE '1994-01-01' AND l_shipdate < DATE '1995-01-01' AND l_discount BETWEEN 0.05 AND 0.07 AND l_quantity < 24`,
  },
  {
    name: 'Q10',
    sql: `SELECT c_custkey, c_name, sum(l_extendedprice * (1 - l_discount)) AS revenue, n_name
      FROM {customer} JOIN {orders} ON c_custkey = o_custkey JOIN {lineitem} ON l_orderkey = o_orderkey JOIN {nation} ON c_nationkey = n_nationkey
      WHERE o_orderdate >= DATE '1993-10-01' AND o_orderdate < DATE '1994-01-01' AND l_returnflag = 'R'
      GROUP BY c_custkey, c_name, n_name ORDER BY revenue DESC, c_custkey LIMIT 20`,
  },
  {
    name: 'Q12',
    sql: `SELECT l_shipmode, sum(CASE WHEN o_orderpriority IN ('1-URGENT', '2-HIGH') THEN 1 ELSE 0 END), count(*)
      FROM {orders} JOIN {lineitem} ON o_orderkey = l_orderkey
      WHERE l_shipmode IN ('MAIL', 'SHIP') AND l_commitdate < l_receiptdate AND l_receiptdate >= DATE '1994-01-01' AND l_receiptdate < DATE '1995-01-01'
      GROUP BY l_shipmode ORDER BY 1`,
  },
  {
    name: 'Q13',
    sql: `SELECT orders, count(*) AS customers FROM (
        SELECT c_custkey, count(o_orderkey) AS orders FROM {customer} LEFT JOIN {orders} ON c_custkey = o_custkey AND o_comment NOT LIKE '%9%9%' GROUP BY c_custkey
      ) AS c GROUP BY orders ORDER BY customers DESC, orders DESC`,
  },
  {
    name: 'Q14',
    sql: `SELECT sum(CASE WHEN p_type LIKE 'PROMO%' THEN l_extendedprice * (1 - l_discount) ELSE 0 END), sum(l_extendedprice * (1 - l_discount))
      FROM {lineitem} JOIN {part} ON l_partkey = p_partkey WHERE l_shipdate >= DATE '1995-09-01' AND l_shipdate < DATE '1995-10-01'`,
  },
  {
    name: 'Q17',
    sql: `SELECT sum(l_extendedprice) FROM {lineitem} JOIN {part} ON p_partkey = l_partkey
      WHERE p_brand = 'Brand#23' AND p_container = 'MED BAG'
        AND l_quantity < (SELECT avg(l_quantity) FROM {lineitem} AS other WHERE other.l_partkey = p_partkey)`,
  },
  {
    name: 'Q18',
    sql: `SELECT c_name, o_orderkey, o_totalprice, sum(l_quantity) FROM {customer} JOIN {orders} ON c_custkey = o_custkey JOIN {lineitem} ON o_orderkey = l_orderkey
      WHERE o_orderkey IN (SELECT l_orderkey FROM {lineitem} GROUP BY l_orderkey HAVING sum(l_quantity) > 180)
      GROUP BY c_name, o_orderkey, o_totalprice ORDER BY o_totalprice DESC, o_orderkey LIMIT 100`,
  },
]

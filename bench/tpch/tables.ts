import { chance, day, money, number, pick, text, type MadeTable } from '../generate.ts'

const nations =
  'ALGERIA ARGENTINA BRAZIL CANADA EGYPT ETHIOPIA FRANCE GERMANY INDIA INDONESIA IRAN IRAQ JAPAN JORDAN KENYA MOROCCO MOZAMBIQUE PERU CHINA ROMANIA SAUDI VIETNAM RUSSIA KINGDOM STATES'.split(
    ' ',
  )
const regionOf = [0, 1, 1, 1, 4, 0, 3, 3, 2, 2, 4, 4, 2, 4, 0, 0, 0, 1, 2, 3, 4, 2, 3, 3, 1]
const regions = ['AFRICA', 'AMERICA', 'ASIA', 'EUROPE', 'MIDDLE EAST']

/**
 * Data in the shape of TPC-H, made by the engine itself: the columns, sizes and the kinds of values of the specification
 * (https://www.tpc.org/tpch/), with hashes for its random numbers. A scale of 1 has 1.5 million orders and about 6 million
 * line items.
 */
export const tpchTables: readonly MadeTable[] = [
  {
    name: 'region',
    columns: 'r_regionkey int, r_name string',
    rows: () => `VALUES ${regions.map((name, key) => `(${key}, '${name}')`).join(', ')}`,
  },
  {
    name: 'nation',
    columns: 'n_nationkey int, n_name string, n_regionkey int',
    rows: () =>
      `VALUES ${nations.map((name, key) => `(${key}, '${name}', ${regionOf[key]})`).join(', ')}`,
  },
  {
    name: 'supplier',
    columns: 's_suppkey bigint, s_name string, s_nationkey int, s_acctbal decimal(15,2)',
    numbers: (scale) => [1, 10_000 * scale + 1],
    rows: (_, from) =>
      `SELECT i, 'Supplier#' || i, ${number(chance('i', 's'), 0, 24)}::INT, ${money(chance('i', 'b'), -999, 9999)} FROM ${from}`,
  },
  {
    name: 'customer',
    columns:
      'c_custkey bigint, c_name string, c_nationkey int, c_acctbal decimal(15,2), c_mktsegment string',
    numbers: (scale) => [1, 150_000 * scale + 1],
    rows: (_, from) =>
      `SELECT i, 'Customer#' || i, ${number(chance('i', 'n'), 0, 24)}::INT, ${money(chance('i', 'c'), -999, 9999)}, ${pick(chance('i', 'm'), 'AUTOMOBILE', 'BUILDING', 'FURNITURE', 'MACHINERY', 'HOUSEHOLD')} FROM ${from}`,
  },
  {
    name: 'part',
    columns:
      'p_partkey bigint, p_name string, p_brand string, p_type string, p_size int, p_container string, p_retailprice decimal(15,2)',
    numbers: (scale) => [1, 200_000 * scale + 1],
    rows: (_, from) =>
      `SELECT i, ${pick(chance('i', 'a'), 'almond', 'azure', 'forest', 'green', 'ivory', 'lemon')} || ' ' || ${pick(chance('i', 'b'), 'blue', 'brown', 'green', 'red')}, 'Brand#' || ${number(chance('i', 'r'), 11, 55)}, ${pick(chance('i', 't'), 'STANDARD', 'SMALL', 'MEDIUM', 'LARGE', 'ECONOMY', 'PROMO')} || ' ' || ${pick(chance('i', 'u'), 'BRASS', 'COPPER', 'NICKEL', 'STEEL', 'TIN')}, ${number(chance('i', 'z'), 1, 50)}::INT, ${pick(chance('i', 'k'), 'SM BOX', 'MED BAG', 'LG CASE', 'JUMBO PKG', 'WRAP JAR')}, ${money(chance('i', 'p'), 900, 2000)} FROM ${from}`,
  },
  {
    name: 'partsupp',
    columns: 'ps_partkey bigint, ps_suppkey bigint, ps_availqty int, ps_supplycost decimal(15,2)',
    numbers: (scale) => [0, 800_000 * scale],
    rows: (scale, from) =>
      `SELECT i // 4 + 1, 1 + (i // 4 + (i % 4) * ${2500 * scale}) % ${10_000 * scale}, ${number(chance('i', 'q'), 1, 9999)}::INT, ${money(chance('i', 'y'), 1, 1000)} FROM ${from}`,
  },
  {
    name: 'orders',
    columns:
      'o_orderkey bigint, o_custkey bigint, o_orderstatus string, o_totalprice decimal(15,2), o_orderdate date, o_orderpriority string, o_shippriority int, o_comment string',
    numbers: (scale) => [1, 1_500_000 * scale + 1],
    rows: (scale, from) =>
      `SELECT i, ${number(chance('i', 'c'), 1, 150_000 * scale)}, ${pick(chance('i', 's'), 'F', 'O', 'P')}, ${money(chance('i', 't'), 800, 500_000)}, ${day(chance('i', 'd'), '1992-01-01', 2405)}, ${pick(chance('i', 'o'), '1-URGENT', '2-HIGH', '3-MEDIUM', '4-NOT SPECIFIED', '5-LOW')}, 0, ${text(chance('i', 'x'))} FROM ${from}`,
  },
  {
    name: 'lineitem',
    columns:
      'l_orderkey bigint, l_partkey bigint, l_suppkey bigint, l_linenumber int, l_quantity decimal(15,2), l_extendedprice decimal(15,2), l_discount decimal(15,2), l_tax decimal(15,2), l_returnflag string, l_linestatus string, l_shipdate date, l_commitdate date, l_receiptdate date, l_shipinstruct string, l_shipmode string',
    numbers: (scale) => [0, 6_000_000 * scale],
    rows: (scale, from) =>
      `SELECT i // 4 + 1, ${number(chance('i', 'p'), 1, 200_000 * scale)}, ${number(chance('i', 's'), 1, 10_000 * scale)}, (i % 4 + 1)::INT, ${number(chance('i', 'q'), 1, 50)}::DECIMAL(15,2), ${money(chance('i', 'e'), 900, 100_000)}, (${number(chance('i', 'd'), 0, 10)} / 100.0)::DECIMAL(15,2), (${number(chance('i', 't'), 0, 8)} / 100.0)::DECIMAL(15,2), ${pick(chance('i', 'r'), 'A', 'N', 'R')}, ${pick(chance('i', 'l'), 'F', 'O')}, ${day(chance('i', 'h'), '1992-01-02', 2500)}, ${day(chance('i', 'm'), '1992-01-31', 2500)}, ${day(chance('i', 'v'), '1992-01-03', 2530)}, ${pick(chance('i', 'n'), 'DELIVER IN PERSON', 'COLLECT COD', 'NONE', 'TAKE BACK RETURN')}, ${pick(chance('i', 'o'), 'AIR', 'FOB', 'MAIL', 'RAIL', 'REG AIR', 'SHIP', 'TRUCK')} FROM ${from}`,
  },
]

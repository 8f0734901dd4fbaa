{{ config(materialized='view') }}
select customer, total from {{ ref('customers') }} where total > 15

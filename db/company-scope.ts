/** null: every company; else this one and no other. Every read of park data takes one; it becomes a clause, never a filter afterwards. */
export type CompanyScope = string | null;

/** Every register, in the order of the navigation within its group. */
import { alarmCodes } from './alarm-codes.ts';
import { areaLimits } from './area-limits.ts';
import { areas } from './areas.ts';
import { calendar } from './calendar.ts';
import { cameras } from './cameras.ts';
import { commitments } from './commitments.ts';
import { companies } from './companies.ts';
import { companyContacts } from './company-contacts.ts';
import { contractorAdmissions } from './contractor-admissions.ts';
import { contractorContracts } from './contractor-contracts.ts';
import { contractorPeople } from './contractor-people.ts';
import { contractorQualifications } from './contractor-qualifications.ts';
import { contractorTrainings } from './contractor-trainings.ts';
import { contractorUnits } from './contractor-units.ts';
import { contractorVehicles } from './contractor-vehicles.ts';
import { contractorViolations } from './contractor-violations.ts';
import { credentials } from './credentials.ts';
import { departments } from './departments.ts';
import { detectors } from './detectors.ts';
import { companyDuty, parkDuty } from './duty-roster.ts';
import { hazardSources } from './hazard-sources.ts';
import { maintenance } from './maintenance.ts';
import { patrols } from './patrols.ts';
import { people } from './people.ts';
import { posts } from './posts.ts';
import type { AnyRegister } from './register.ts';
import { rolePolicies } from './role-policies.ts';
import { spotChecks } from './spot-checks.ts';
import { suppressions } from './suppressions.ts';
import { tags } from './tags.ts';
import { companyUsers, users } from './users.ts';
import { weather } from './weather.ts';
import { workBookings } from './work-bookings.ts';

export const REGISTERS: readonly AnyRegister[] = [
  companies,
  companyContacts,
  hazardSources,
  departments,
  people,
  tags,
  areas,
  cameras,
  credentials,
  users,
  companyUsers,
  rolePolicies,
  commitments,
  workBookings,
  spotChecks,
  weather,
  contractorUnits,
  contractorPeople,
  contractorVehicles,
  contractorQualifications,
  contractorTrainings,
  contractorViolations,
  contractorContracts,
  contractorAdmissions,
  parkDuty,
  companyDuty,
  posts,
  patrols,
  calendar,
  areaLimits,
  alarmCodes,
  detectors,
  suppressions,
  maintenance,
];

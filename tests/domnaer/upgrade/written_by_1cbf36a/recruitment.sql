--
-- PostgreSQL database dump
--

\restrict U0OzEmFq6QvYi2DgY83EgGa5WKCfKPyhIxy0I0bcpMbvCvxdzfffyYfkdtgLg40

-- Dumped from database version 18.6
-- Dumped by pg_dump version 18.6

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET transaction_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: recruitment; Type: DATABASE; Schema: -; Owner: recruitment_owner
--

CREATE DATABASE recruitment WITH TEMPLATE = template0 ENCODING = 'UTF8' LOCALE_PROVIDER = builtin LOCALE = 'C' BUILTIN_LOCALE = 'C.UTF-8';


ALTER DATABASE recruitment OWNER TO recruitment_owner;

\unrestrict U0OzEmFq6QvYi2DgY83EgGa5WKCfKPyhIxy0I0bcpMbvCvxdzfffyYfkdtgLg40
\connect recruitment
\restrict U0OzEmFq6QvYi2DgY83EgGa5WKCfKPyhIxy0I0bcpMbvCvxdzfffyYfkdtgLg40

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET transaction_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: employment_contracts_1; Type: SCHEMA; Schema: -; Owner: recruitment
--

CREATE SCHEMA employment_contracts_1;


ALTER SCHEMA employment_contracts_1 OWNER TO recruitment;

--
-- Name: hold_key(bigint); Type: FUNCTION; Schema: public; Owner: recruitment_owner
--

CREATE FUNCTION public.hold_key(lock bigint) RETURNS boolean
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF NOT pg_try_advisory_xact_lock(lock) THEN
        RAISE EXCEPTION 'the same command is still running' USING ERRCODE = 'DM409';
    END IF;
    RETURN true;
END $$;


ALTER FUNCTION public.hold_key(lock bigint) OWNER TO recruitment_owner;

SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: employment_contracts; Type: TABLE; Schema: employment_contracts_1; Owner: recruitment
--

CREATE TABLE employment_contracts_1.employment_contracts (
    contract_id uuid NOT NULL,
    stream_version integer NOT NULL,
    status text NOT NULL,
    agency_id text NOT NULL,
    employer_id uuid NOT NULL,
    destination text NOT NULL,
    sector text NOT NULL,
    occupation text NOT NULL,
    wage_amount numeric NOT NULL,
    wage_currency text NOT NULL,
    wage_period text NOT NULL,
    starts_on date NOT NULL,
    ends_on date NOT NULL,
    ended_on date,
    end_reason text,
    faults text NOT NULL,
    sex smallint NOT NULL,
    age_band text NOT NULL,
    home_province text,
    registered_at timestamp with time zone NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    submitted_at timestamp with time zone NOT NULL,
    recorded_by text NOT NULL
);


ALTER TABLE employment_contracts_1.employment_contracts OWNER TO recruitment;

--
-- Name: audit; Type: TABLE; Schema: public; Owner: recruitment_owner
--

CREATE TABLE public.audit (
    entry_id bigint NOT NULL,
    at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    tx xid8 DEFAULT pg_current_xact_id() NOT NULL,
    caller text NOT NULL,
    office text NOT NULL,
    action text NOT NULL,
    evidence uuid[] DEFAULT '{}'::uuid[] NOT NULL,
    numbers text[] DEFAULT '{}'::text[] NOT NULL,
    detail text DEFAULT '{}'::text NOT NULL,
    correlation uuid NOT NULL
);


ALTER TABLE public.audit OWNER TO recruitment_owner;

--
-- Name: audit_entry_id_seq; Type: SEQUENCE; Schema: public; Owner: recruitment_owner
--

ALTER TABLE public.audit ALTER COLUMN entry_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.audit_entry_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: builds; Type: TABLE; Schema: public; Owner: recruitment_owner
--

CREATE TABLE public.builds (
    projection text NOT NULL,
    build integer NOT NULL,
    state text NOT NULL,
    started_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    live_at timestamp with time zone,
    CONSTRAINT builds_state_check CHECK ((state = ANY (ARRAY['building'::text, 'live'::text, 'retired'::text])))
);


ALTER TABLE public.builds OWNER TO recruitment_owner;

--
-- Name: dead_letters; Type: TABLE; Schema: public; Owner: recruitment_owner
--

CREATE TABLE public.dead_letters (
    reader text NOT NULL,
    build integer NOT NULL,
    event_id uuid NOT NULL,
    type text NOT NULL,
    topic text NOT NULL,
    partition integer NOT NULL,
    at_offset bigint NOT NULL,
    headers text NOT NULL,
    body bytea NOT NULL,
    reason text NOT NULL,
    detail text NOT NULL,
    buried_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT dead_letters_reason_check CHECK ((reason = ANY (ARRAY['poison'::text, 'unknown_type'::text])))
);


ALTER TABLE public.dead_letters OWNER TO recruitment_owner;

--
-- Name: discarded_letters; Type: TABLE; Schema: public; Owner: recruitment_owner
--

CREATE TABLE public.discarded_letters (
    reader text NOT NULL,
    event_id uuid NOT NULL,
    type text NOT NULL,
    reason text NOT NULL,
    discarded_by text NOT NULL,
    discarded_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);


ALTER TABLE public.discarded_letters OWNER TO recruitment_owner;

--
-- Name: events; Type: TABLE; Schema: public; Owner: recruitment_owner
--

CREATE TABLE public.events (
    "position" bigint NOT NULL,
    tx xid8 DEFAULT pg_current_xact_id() NOT NULL,
    event_id uuid NOT NULL,
    stream text NOT NULL,
    version integer NOT NULL,
    type text NOT NULL,
    occurred_at timestamp with time zone NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    appended_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    facts text NOT NULL,
    person text,
    handles text DEFAULT '[]'::text NOT NULL,
    correlation_id uuid NOT NULL,
    causation_id uuid,
    traceparent text,
    CONSTRAINT events_version_check CHECK ((version > 0))
);


ALTER TABLE public.events OWNER TO recruitment_owner;

--
-- Name: events_position_seq; Type: SEQUENCE; Schema: public; Owner: recruitment_owner
--

ALTER TABLE public.events ALTER COLUMN "position" ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.events_position_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: idempotency; Type: TABLE; Schema: public; Owner: recruitment_owner
--

CREATE TABLE public.idempotency (
    caller text NOT NULL,
    key text NOT NULL,
    digest bytea NOT NULL,
    status smallint NOT NULL,
    outcome text NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);


ALTER TABLE public.idempotency OWNER TO recruitment_owner;

--
-- Name: migrations; Type: TABLE; Schema: public; Owner: recruitment_owner
--

CREATE TABLE public.migrations (
    name text NOT NULL,
    digest text NOT NULL,
    applied_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);


ALTER TABLE public.migrations OWNER TO recruitment_owner;

--
-- Name: offsets; Type: TABLE; Schema: public; Owner: recruitment_owner
--

CREATE TABLE public.offsets (
    reader text NOT NULL,
    build integer NOT NULL,
    topic text NOT NULL,
    partition integer NOT NULL,
    incarnation integer DEFAULT 0 NOT NULL,
    next_offset bigint DEFAULT 0 NOT NULL,
    last_id uuid
);


ALTER TABLE public.offsets OWNER TO recruitment_owner;

--
-- Name: relays; Type: TABLE; Schema: public; Owner: recruitment_owner
--

CREATE TABLE public.relays (
    outlet text NOT NULL,
    topic text NOT NULL,
    incarnation integer DEFAULT 0 NOT NULL,
    tx text DEFAULT '0'::text NOT NULL,
    "position" bigint DEFAULT 0 NOT NULL,
    published bigint DEFAULT 0 NOT NULL,
    last text DEFAULT '{}'::text NOT NULL
);


ALTER TABLE public.relays OWNER TO recruitment_owner;

--
-- Name: upload_refusals; Type: TABLE; Schema: public; Owner: recruitment_owner
--

CREATE TABLE public.upload_refusals (
    upload_id uuid NOT NULL,
    row_number integer NOT NULL,
    field text NOT NULL,
    value text NOT NULL,
    reason text NOT NULL,
    caller text NOT NULL,
    expires_at timestamp with time zone NOT NULL
);


ALTER TABLE public.upload_refusals OWNER TO recruitment_owner;

--
-- Data for Name: employment_contracts; Type: TABLE DATA; Schema: employment_contracts_1; Owner: recruitment
--

COPY employment_contracts_1.employment_contracts (contract_id, stream_version, status, agency_id, employer_id, destination, sector, occupation, wage_amount, wage_currency, wage_period, starts_on, ends_on, ended_on, end_reason, faults, sex, age_band, home_province, registered_at, recorded_at, submitted_at, recorded_by) FROM stdin;
01a225ea-dfef-711a-b26f-410ab654ea33	4	approved	00fd82ba-b500-75a6-8925-ee9b8c37bd13	0d8c2a4e-5b0f-4c58-9a53-0e6d5f3f7c11	THA	F	7112	300	THB	day	2013-04-01	2015-03-31	\N	\N		2	25-29	02	2013-03-01 02:00:00+00	2026-11-29 06:07:59.471025+00	2013-03-05 02:00:00+00	clerk
01a225ea-f4ef-7639-b1d9-87692fc2cbbe	3	terminated	00fd82ba-b500-75a6-8925-ee9b8c37bd13	0d8c2a4e-5b0f-4c58-9a53-0e6d5f3f7c11	THA	F	7112	310	THB	day	2013-04-01	2014-03-31	2014-03-31	completed		1	20-24	01	2013-03-02 02:00:00+00	2026-11-29 06:08:04.847211+00	2013-03-02 02:00:00+00	clerk
\.


--
-- Data for Name: audit; Type: TABLE DATA; Schema: public; Owner: recruitment_owner
--

COPY public.audit (entry_id, at, tx, caller, office, action, evidence, numbers, detail, correlation) FROM stdin;
1	2026-11-29 06:07:59.480472+00	814	clerk	AGENCY	register_employment_contract	{01a225ea-dfef-711a-b26f-410ab654ea33}	{}	{}	01a225ea-dfed-77a9-af86-51cc4c15ca3f
2	2026-11-29 06:08:00.179122+00	816	reviewer	MOLVT	return_employment_contract	{}	{}	{}	01a225ea-e2ab-773d-bce1-57d6667c6168
3	2026-11-29 06:08:00.182982+00	817	clerk	AGENCY	amend_employment_contract	{}	{}	{}	01a225ea-e2b5-712f-9023-ebe38eb4816f
4	2026-11-29 06:08:00.18575+00	818	reviewer	MOLVT	approve_employment_contract	{}	{}	{}	01a225ea-e2b8-7297-a608-9d91fcff9fbb
5	2026-11-29 06:08:04.84814+00	970	clerk	AGENCY	register_employment_contract	{01a225ea-f4ef-7639-b1d9-87692fc2cbbe}	{}	{}	01a225ea-f4ee-766d-9d14-9ccdb96266ef
6	2026-11-29 06:08:04.85327+00	972	reviewer	MOLVT	approve_employment_contract	{}	{}	{}	01a225ea-f4f1-7634-b561-5e5d6fc9f6ed
7	2026-11-29 06:08:06.381813+00	1011	clerk	AGENCY	terminate_employment_contract	{}	{}	{}	01a225ea-faeb-76be-afb6-3e620f875d51
8	2026-11-29 06:08:13.951477+00	1044	registrar	REGISTRY	read_employment_contract	{01a225ea-dfef-711a-b26f-410ab654ea33}	{}	{}	01a225eb-1874-722f-a199-9f720cf15069
\.


--
-- Data for Name: builds; Type: TABLE DATA; Schema: public; Owner: recruitment_owner
--

COPY public.builds (projection, build, state, started_at, live_at) FROM stdin;
employment_contracts	1	live	2026-11-29 06:07:57.476243+00	2026-11-29 06:07:57.476243+00
\.


--
-- Data for Name: dead_letters; Type: TABLE DATA; Schema: public; Owner: recruitment_owner
--

COPY public.dead_letters (reader, build, event_id, type, topic, partition, at_offset, headers, body, reason, detail, buried_at) FROM stdin;
\.


--
-- Data for Name: discarded_letters; Type: TABLE DATA; Schema: public; Owner: recruitment_owner
--

COPY public.discarded_letters (reader, event_id, type, reason, discarded_by, discarded_at) FROM stdin;
\.


--
-- Data for Name: events; Type: TABLE DATA; Schema: public; Owner: recruitment_owner
--

COPY public.events ("position", tx, event_id, stream, version, type, occurred_at, recorded_at, appended_at, facts, person, handles, correlation_id, causation_id, traceparent) FROM stdin;
1	814	01a225ea-dfef-711a-b26f-410ab654ea33	employment-contract-01a225ea-dfef-711a-b26f-410ab654ea33	1	domnaer.recruitment.employment_contract_registered.v1	2013-03-01 02:00:00+00	2026-11-29 06:07:59.471025+00	2026-11-29 06:07:59.480241+00	{"recorded":{"by":"clerk","office":"AGENCY","how":"live","precision":"second"},"sex":2,"age_band":"25-29","home_province":"02","agency_id":"00fd82ba-b500-75a6-8925-ee9b8c37bd13","employer_id":"0d8c2a4e-5b0f-4c58-9a53-0e6d5f3f7c11","terms":{"destination":"THA","sector":"F","occupation":"7112","wage":{"amount":"280","currency":"THB"},"wage_period":"day","starts_on":"2013-04-01","ends_on":"2015-03-31","clauses":[]}}	{"form":"clear","evidence_id":"01a225ea-dfef-711a-b26f-410ab654ea33","documents":[{"kind":"passport","number":"N1000001","issued_by":"KHM"}],"name":{"khmer":"ហេង សុម៉ាលី","latin":"HENG SOMALY"},"birth":{"on":"1987-05-23","precision":"day"},"phone":"097700001","relatives":[{"relation":"mother","name":{"latin":"KONG SREYLEAK"}}],"words":{"remark":"prefers to be called in the evening"}}	["9b36f6c2bcd197cee417f9a8c5175323"]	01a225ea-dfed-77a9-af86-51cc4c15ca3f	\N	00-01a225eadfed77a9af8651cc4c15ca3f-0b3a36ed8a13172a-00
2	816	01a225ea-e2b1-77ce-85e9-6b6306b81204	employment-contract-01a225ea-dfef-711a-b26f-410ab654ea33	2	domnaer.recruitment.employment_contract_returned.v1	2013-03-04 02:00:00+00	2026-11-29 06:08:00.178415+00	2026-11-29 06:08:00.179074+00	{"recorded":{"by":"reviewer","office":"MOLVT","how":"live","precision":"second"},"faults":["wage_below_minimum"],"clauses_missing":[]}	\N	[]	01a225ea-e2ab-773d-bce1-57d6667c6168	\N	00-01a225eae2ab773dbce157d6667c6168-a3186cff01f7f9b5-00
3	817	01a225ea-e2b6-7092-9382-0090cd005eb9	employment-contract-01a225ea-dfef-711a-b26f-410ab654ea33	3	domnaer.recruitment.employment_contract_amended.v1	2013-03-05 02:00:00+00	2026-11-29 06:08:00.182397+00	2026-11-29 06:08:00.182954+00	{"recorded":{"by":"clerk","office":"AGENCY","how":"live","precision":"second"},"terms":{"destination":"THA","sector":"F","occupation":"7112","wage":{"amount":"300","currency":"THB"},"wage_period":"day","starts_on":"2013-04-01","ends_on":"2015-03-31","clauses":[]}}	\N	[]	01a225ea-e2b5-712f-9023-ebe38eb4816f	\N	00-01a225eae2b5712f9023ebe38eb4816f-7b4a9d408e35e66b-00
4	818	01a225ea-e2b9-7019-aaee-7f042eeefc5b	employment-contract-01a225ea-dfef-711a-b26f-410ab654ea33	4	domnaer.recruitment.employment_contract_approved.v1	2013-03-06 02:00:00+00	2026-11-29 06:08:00.1853+00	2026-11-29 06:08:00.185723+00	{"recorded":{"by":"reviewer","office":"MOLVT","how":"live","precision":"second"}}	\N	[]	01a225ea-e2b8-7297-a608-9d91fcff9fbb	\N	00-01a225eae2b87297a6089d91fcff9fbb-bb15e23bef10c5a2-00
5	970	01a225ea-f4ef-7639-b1d9-87692fc2cbbe	employment-contract-01a225ea-f4ef-7639-b1d9-87692fc2cbbe	1	domnaer.recruitment.employment_contract_registered.v1	2013-03-02 02:00:00+00	2026-11-29 06:08:04.847211+00	2026-11-29 06:08:04.848092+00	{"recorded":{"by":"clerk","office":"AGENCY","how":"live","precision":"second"},"sex":1,"age_band":"20-24","home_province":"01","agency_id":"00fd82ba-b500-75a6-8925-ee9b8c37bd13","employer_id":"0d8c2a4e-5b0f-4c58-9a53-0e6d5f3f7c11","terms":{"destination":"THA","sector":"F","occupation":"7112","wage":{"amount":"310","currency":"THB"},"wage_period":"day","starts_on":"2013-04-01","ends_on":"2014-03-31","clauses":[]}}	{"form":"clear","evidence_id":"01a225ea-f4ef-7639-b1d9-87692fc2cbbe","documents":[{"kind":"passport","number":"N1000002","issued_by":"KHM"}],"name":{"khmer":"ទូច វាសនា","latin":"TOUCH VEASNA"},"birth":{"on":"1990-01-01","precision":"year"},"relatives":[],"words":{}}	["8c3a08f43fcf7a020c81c313bf307c8e"]	01a225ea-f4ee-766d-9d14-9ccdb96266ef	\N	00-01a225eaf4ee766d9d149ccdb96266ef-836f8469ecbab8e2-00
6	972	01a225ea-f4f2-71a5-9ce1-a06933129570	employment-contract-01a225ea-f4ef-7639-b1d9-87692fc2cbbe	2	domnaer.recruitment.employment_contract_approved.v1	2013-03-06 02:00:00+00	2026-11-29 06:08:04.852349+00	2026-11-29 06:08:04.853235+00	{"recorded":{"by":"reviewer","office":"MOLVT","how":"live","precision":"second"}}	\N	[]	01a225ea-f4f1-7634-b561-5e5d6fc9f6ed	\N	00-01a225eaf4f17634b5615e5d6fc9f6ed-7d5295a51c4c0661-00
7	1011	01a225ea-faec-74a1-bb0e-6e8f1980921d	employment-contract-01a225ea-f4ef-7639-b1d9-87692fc2cbbe	3	domnaer.recruitment.employment_contract_terminated.v1	2014-04-05 02:00:00+00	2026-11-29 06:08:06.381222+00	2026-11-29 06:08:06.381773+00	{"recorded":{"by":"clerk","office":"AGENCY","how":"live","precision":"second"},"ended_on":"2014-03-31","reason":"completed"}	\N	[]	01a225ea-faeb-76be-afb6-3e620f875d51	\N	00-01a225eafaeb76beafb63e620f875d51-7f0f395ec0391699-00
\.


--
-- Data for Name: idempotency; Type: TABLE DATA; Schema: public; Owner: recruitment_owner
--

COPY public.idempotency (caller, key, digest, status, outcome, created_at) FROM stdin;
clerk	upgrade-fixture-2	\\x1f7dff7b566a1fc801ce308f524be61b	201	{"id":"01a225ea-dfef-711a-b26f-410ab654ea33","stream":"employment-contract-01a225ea-dfef-711a-b26f-410ab654ea33","version":1,"events":["01a225ea-dfef-711a-b26f-410ab654ea33"]}	2026-11-29 06:07:59.480544+00
reviewer	upgrade-fixture-3	\\xab06fda8645f55000685a76e1a7252ba	200	{"id":"01a225ea-dfef-711a-b26f-410ab654ea33","stream":"employment-contract-01a225ea-dfef-711a-b26f-410ab654ea33","version":2,"events":["01a225ea-e2b1-77ce-85e9-6b6306b81204"]}	2026-11-29 06:08:00.179128+00
clerk	upgrade-fixture-4	\\x15d1d1039582080d4a3754190b988ec9	200	{"id":"01a225ea-dfef-711a-b26f-410ab654ea33","stream":"employment-contract-01a225ea-dfef-711a-b26f-410ab654ea33","version":3,"events":["01a225ea-e2b6-7092-9382-0090cd005eb9"]}	2026-11-29 06:08:00.182988+00
reviewer	upgrade-fixture-5	\\xef9bcc753d1761fa2bfb8d4c6b4ff14e	200	{"id":"01a225ea-dfef-711a-b26f-410ab654ea33","stream":"employment-contract-01a225ea-dfef-711a-b26f-410ab654ea33","version":4,"events":["01a225ea-e2b9-7019-aaee-7f042eeefc5b"]}	2026-11-29 06:08:00.185756+00
clerk	upgrade-fixture-37	\\x548da6ecbe64470ea6fdb96e579ca3d9	201	{"id":"01a225ea-f4ef-7639-b1d9-87692fc2cbbe","stream":"employment-contract-01a225ea-f4ef-7639-b1d9-87692fc2cbbe","version":1,"events":["01a225ea-f4ef-7639-b1d9-87692fc2cbbe"]}	2026-11-29 06:08:04.848147+00
reviewer	upgrade-fixture-38	\\x5dd7f93f8189eedb192ad35d7e986b43	200	{"id":"01a225ea-f4ef-7639-b1d9-87692fc2cbbe","stream":"employment-contract-01a225ea-f4ef-7639-b1d9-87692fc2cbbe","version":2,"events":["01a225ea-f4f2-71a5-9ce1-a06933129570"]}	2026-11-29 06:08:04.853277+00
clerk	upgrade-fixture-45	\\x44e724b77e84fe77f202f63895102372	200	{"id":"01a225ea-f4ef-7639-b1d9-87692fc2cbbe","stream":"employment-contract-01a225ea-f4ef-7639-b1d9-87692fc2cbbe","version":3,"events":["01a225ea-faec-74a1-bb0e-6e8f1980921d"]}	2026-11-29 06:08:06.38182+00
\.


--
-- Data for Name: migrations; Type: TABLE DATA; Schema: public; Owner: recruitment_owner
--

COPY public.migrations (name, digest, applied_at) FROM stdin;
chassis.migrations/0001_record.sql	0ca27e7cd91052a910ac62867a6406f893dd4f42ac99444e9f81ea3e3547e00e	2026-11-29 06:07:57.343945+00
chassis.migrations/0002_outcomes.sql	e0f14b33f66aa93a16be8c575dd6182eddfddf9f172fc90184ec4161e3e89278	2026-11-29 06:07:57.413715+00
\.


--
-- Data for Name: offsets; Type: TABLE DATA; Schema: public; Owner: recruitment_owner
--

COPY public.offsets (reader, build, topic, partition, incarnation, next_offset, last_id) FROM stdin;
\.


--
-- Data for Name: relays; Type: TABLE DATA; Schema: public; Owner: recruitment_owner
--

COPY public.relays (outlet, topic, incarnation, tx, "position", published, last) FROM stdin;
recruitment.events	domnaer.recruitment.v1	1	1011	7	7	{"3":[3,"01a225ea-e2b9-7019-aaee-7f042eeefc5b"],"1":[2,"01a225ea-faec-74a1-bb0e-6e8f1980921d"]}
\.


--
-- Data for Name: upload_refusals; Type: TABLE DATA; Schema: public; Owner: recruitment_owner
--

COPY public.upload_refusals (upload_id, row_number, field, value, reason, caller, expires_at) FROM stdin;
\.


--
-- Name: audit_entry_id_seq; Type: SEQUENCE SET; Schema: public; Owner: recruitment_owner
--

SELECT pg_catalog.setval('public.audit_entry_id_seq', 8, true);


--
-- Name: events_position_seq; Type: SEQUENCE SET; Schema: public; Owner: recruitment_owner
--

SELECT pg_catalog.setval('public.events_position_seq', 7, true);


--
-- Name: employment_contracts employment_contracts_pkey; Type: CONSTRAINT; Schema: employment_contracts_1; Owner: recruitment
--

ALTER TABLE ONLY employment_contracts_1.employment_contracts
    ADD CONSTRAINT employment_contracts_pkey PRIMARY KEY (contract_id);


--
-- Name: audit audit_pkey; Type: CONSTRAINT; Schema: public; Owner: recruitment_owner
--

ALTER TABLE ONLY public.audit
    ADD CONSTRAINT audit_pkey PRIMARY KEY (entry_id);


--
-- Name: builds builds_pkey; Type: CONSTRAINT; Schema: public; Owner: recruitment_owner
--

ALTER TABLE ONLY public.builds
    ADD CONSTRAINT builds_pkey PRIMARY KEY (projection, build);


--
-- Name: dead_letters dead_letters_pkey; Type: CONSTRAINT; Schema: public; Owner: recruitment_owner
--

ALTER TABLE ONLY public.dead_letters
    ADD CONSTRAINT dead_letters_pkey PRIMARY KEY (reader, build, event_id);


--
-- Name: discarded_letters discarded_letters_pkey; Type: CONSTRAINT; Schema: public; Owner: recruitment_owner
--

ALTER TABLE ONLY public.discarded_letters
    ADD CONSTRAINT discarded_letters_pkey PRIMARY KEY (reader, event_id);


--
-- Name: events events_event_id; Type: CONSTRAINT; Schema: public; Owner: recruitment_owner
--

ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_event_id UNIQUE (event_id);


--
-- Name: events events_stream_version; Type: CONSTRAINT; Schema: public; Owner: recruitment_owner
--

ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_stream_version PRIMARY KEY (stream, version);


--
-- Name: idempotency idempotency_key; Type: CONSTRAINT; Schema: public; Owner: recruitment_owner
--

ALTER TABLE ONLY public.idempotency
    ADD CONSTRAINT idempotency_key PRIMARY KEY (caller, key);


--
-- Name: migrations migrations_pkey; Type: CONSTRAINT; Schema: public; Owner: recruitment_owner
--

ALTER TABLE ONLY public.migrations
    ADD CONSTRAINT migrations_pkey PRIMARY KEY (name);


--
-- Name: offsets offsets_pkey; Type: CONSTRAINT; Schema: public; Owner: recruitment_owner
--

ALTER TABLE ONLY public.offsets
    ADD CONSTRAINT offsets_pkey PRIMARY KEY (reader, build, topic, partition);


--
-- Name: relays relays_pkey; Type: CONSTRAINT; Schema: public; Owner: recruitment_owner
--

ALTER TABLE ONLY public.relays
    ADD CONSTRAINT relays_pkey PRIMARY KEY (outlet);


--
-- Name: upload_refusals upload_refusals_pkey; Type: CONSTRAINT; Schema: public; Owner: recruitment_owner
--

ALTER TABLE ONLY public.upload_refusals
    ADD CONSTRAINT upload_refusals_pkey PRIMARY KEY (upload_id, row_number, field);


--
-- Name: employment_contracts_by_agency; Type: INDEX; Schema: employment_contracts_1; Owner: recruitment
--

CREATE INDEX employment_contracts_by_agency ON employment_contracts_1.employment_contracts USING btree (agency_id, registered_at, contract_id);


--
-- Name: employment_contracts_by_destination; Type: INDEX; Schema: employment_contracts_1; Owner: recruitment
--

CREATE INDEX employment_contracts_by_destination ON employment_contracts_1.employment_contracts USING btree (destination, registered_at, contract_id);


--
-- Name: employment_contracts_by_registration; Type: INDEX; Schema: employment_contracts_1; Owner: recruitment
--

CREATE INDEX employment_contracts_by_registration ON employment_contracts_1.employment_contracts USING btree (registered_at, contract_id);


--
-- Name: employment_contracts_by_status; Type: INDEX; Schema: employment_contracts_1; Owner: recruitment
--

CREATE INDEX employment_contracts_by_status ON employment_contracts_1.employment_contracts USING btree (status, registered_at, contract_id);


--
-- Name: builds_one_live; Type: INDEX; Schema: public; Owner: recruitment_owner
--

CREATE UNIQUE INDEX builds_one_live ON public.builds USING btree (projection) WHERE (state = 'live'::text);


--
-- Name: events_gate; Type: INDEX; Schema: public; Owner: recruitment_owner
--

CREATE INDEX events_gate ON public.events USING btree (tx, "position");


--
-- Name: idempotency_created; Type: INDEX; Schema: public; Owner: recruitment_owner
--

CREATE INDEX idempotency_created ON public.idempotency USING btree (created_at);


--
-- Name: DATABASE recruitment; Type: ACL; Schema: -; Owner: recruitment_owner
--

GRANT CREATE,CONNECT ON DATABASE recruitment TO recruitment;


--
-- Name: FUNCTION hold_key(lock bigint); Type: ACL; Schema: public; Owner: recruitment_owner
--

GRANT ALL ON FUNCTION public.hold_key(lock bigint) TO recruitment;


--
-- Name: TABLE audit; Type: ACL; Schema: public; Owner: recruitment_owner
--

GRANT SELECT,INSERT ON TABLE public.audit TO recruitment;


--
-- Name: TABLE builds; Type: ACL; Schema: public; Owner: recruitment_owner
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.builds TO recruitment;


--
-- Name: TABLE dead_letters; Type: ACL; Schema: public; Owner: recruitment_owner
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.dead_letters TO recruitment;


--
-- Name: TABLE discarded_letters; Type: ACL; Schema: public; Owner: recruitment_owner
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.discarded_letters TO recruitment;


--
-- Name: TABLE events; Type: ACL; Schema: public; Owner: recruitment_owner
--

GRANT SELECT,INSERT ON TABLE public.events TO recruitment;


--
-- Name: TABLE idempotency; Type: ACL; Schema: public; Owner: recruitment_owner
--

GRANT SELECT,INSERT,DELETE ON TABLE public.idempotency TO recruitment;


--
-- Name: TABLE offsets; Type: ACL; Schema: public; Owner: recruitment_owner
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.offsets TO recruitment;


--
-- Name: TABLE relays; Type: ACL; Schema: public; Owner: recruitment_owner
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.relays TO recruitment;


--
-- Name: TABLE upload_refusals; Type: ACL; Schema: public; Owner: recruitment_owner
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.upload_refusals TO recruitment;


--
-- PostgreSQL database dump complete
--

\unrestrict U0OzEmFq6QvYi2DgY83EgGa5WKCfKPyhIxy0I0bcpMbvCvxdzfffyYfkdtgLg40


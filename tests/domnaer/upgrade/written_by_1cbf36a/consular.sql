--
-- PostgreSQL database dump
--

\restrict X6FTNWxfAZTcN9UsOxYpyU7eD4RMLFZO2LZVlX7GTnt4ISjzDRIDVXcPA7fez29

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
-- Name: consular; Type: DATABASE; Schema: -; Owner: consular_owner
--

CREATE DATABASE consular WITH TEMPLATE = template0 ENCODING = 'UTF8' LOCALE_PROVIDER = builtin LOCALE = 'C' BUILTIN_LOCALE = 'C.UTF-8';


ALTER DATABASE consular OWNER TO consular_owner;

\unrestrict X6FTNWxfAZTcN9UsOxYpyU7eD4RMLFZO2LZVlX7GTnt4ISjzDRIDVXcPA7fez29
\connect consular
\restrict X6FTNWxfAZTcN9UsOxYpyU7eD4RMLFZO2LZVlX7GTnt4ISjzDRIDVXcPA7fez29

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
-- Name: assistance_cases_1; Type: SCHEMA; Schema: -; Owner: consular
--

CREATE SCHEMA assistance_cases_1;


ALTER SCHEMA assistance_cases_1 OWNER TO consular;

--
-- Name: hold_key(bigint); Type: FUNCTION; Schema: public; Owner: consular_owner
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


ALTER FUNCTION public.hold_key(lock bigint) OWNER TO consular_owner;

SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: assistance_cases; Type: TABLE; Schema: assistance_cases_1; Owner: consular
--

CREATE TABLE assistance_cases_1.assistance_cases (
    case_id uuid NOT NULL,
    stream_version integer NOT NULL,
    mission text NOT NULL,
    mission_country text NOT NULL,
    country text NOT NULL,
    category text NOT NULL,
    urgency text NOT NULL,
    status_abroad text NOT NULL,
    due_on date,
    queue_on date NOT NULL,
    attache text,
    about text,
    identified boolean NOT NULL,
    sex smallint NOT NULL,
    age_band text NOT NULL,
    home_province text,
    opened_at timestamp with time zone NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    actions integer NOT NULL,
    last_action text,
    last_acted_at timestamp with time zone,
    closed_at timestamp with time zone,
    outcome text,
    recorded_by text NOT NULL
);


ALTER TABLE assistance_cases_1.assistance_cases OWNER TO consular;

--
-- Name: audit; Type: TABLE; Schema: public; Owner: consular_owner
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


ALTER TABLE public.audit OWNER TO consular_owner;

--
-- Name: audit_entry_id_seq; Type: SEQUENCE; Schema: public; Owner: consular_owner
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
-- Name: builds; Type: TABLE; Schema: public; Owner: consular_owner
--

CREATE TABLE public.builds (
    projection text NOT NULL,
    build integer NOT NULL,
    state text NOT NULL,
    started_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    live_at timestamp with time zone,
    CONSTRAINT builds_state_check CHECK ((state = ANY (ARRAY['building'::text, 'live'::text, 'retired'::text])))
);


ALTER TABLE public.builds OWNER TO consular_owner;

--
-- Name: dead_letters; Type: TABLE; Schema: public; Owner: consular_owner
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


ALTER TABLE public.dead_letters OWNER TO consular_owner;

--
-- Name: discarded_letters; Type: TABLE; Schema: public; Owner: consular_owner
--

CREATE TABLE public.discarded_letters (
    reader text NOT NULL,
    event_id uuid NOT NULL,
    type text NOT NULL,
    reason text NOT NULL,
    discarded_by text NOT NULL,
    discarded_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);


ALTER TABLE public.discarded_letters OWNER TO consular_owner;

--
-- Name: events; Type: TABLE; Schema: public; Owner: consular_owner
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


ALTER TABLE public.events OWNER TO consular_owner;

--
-- Name: events_position_seq; Type: SEQUENCE; Schema: public; Owner: consular_owner
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
-- Name: idempotency; Type: TABLE; Schema: public; Owner: consular_owner
--

CREATE TABLE public.idempotency (
    caller text NOT NULL,
    key text NOT NULL,
    digest bytea NOT NULL,
    status smallint NOT NULL,
    outcome text NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);


ALTER TABLE public.idempotency OWNER TO consular_owner;

--
-- Name: migrations; Type: TABLE; Schema: public; Owner: consular_owner
--

CREATE TABLE public.migrations (
    name text NOT NULL,
    digest text NOT NULL,
    applied_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);


ALTER TABLE public.migrations OWNER TO consular_owner;

--
-- Name: offsets; Type: TABLE; Schema: public; Owner: consular_owner
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


ALTER TABLE public.offsets OWNER TO consular_owner;

--
-- Name: relays; Type: TABLE; Schema: public; Owner: consular_owner
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


ALTER TABLE public.relays OWNER TO consular_owner;

--
-- Name: upload_refusals; Type: TABLE; Schema: public; Owner: consular_owner
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


ALTER TABLE public.upload_refusals OWNER TO consular_owner;

--
-- Data for Name: assistance_cases; Type: TABLE DATA; Schema: assistance_cases_1; Owner: consular
--

COPY assistance_cases_1.assistance_cases (case_id, stream_version, mission, mission_country, country, category, urgency, status_abroad, due_on, queue_on, attache, about, identified, sex, age_band, home_province, opened_at, recorded_at, actions, last_action, last_acted_at, closed_at, outcome, recorded_by) FROM stdin;
01a225ea-e58b-7531-a85a-3b3a737ae6e5	4	BKK	THA	THA	wages	soon	not_known	2099-01-31	2099-01-31	attache-bangkok	\N	t	2	25-29	02	2014-02-03 02:00:00+00	2026-11-29 06:08:00.907754+00	1	call	2014-02-04 02:00:00+00	\N	\N	attache-bangkok
01a225ea-f400-75cc-9b42-078c366bb431	4	BKK	THA	THA	shelter	urgent	irregular	\N	infinity	\N	\N	t	2	unknown	21	2013-09-01 02:00:00+00	2026-11-29 06:08:04.608835+00	1	shelter_arranged	2013-09-03 02:00:00+00	2013-09-20 02:00:00+00	repatriated	attache-bangkok
\.


--
-- Data for Name: audit; Type: TABLE DATA; Schema: public; Owner: consular_owner
--

COPY public.audit (entry_id, at, tx, caller, office, action, evidence, numbers, detail, correlation) FROM stdin;
1	2026-11-29 06:08:00.915233+00	823	attache-bangkok	BKK	open_assistance_case	{01a225ea-e58b-7531-a85a-3b3a737ae6e5}	{}	{}	01a225ea-e58a-70a1-be58-9bc6c9edf7bb
2	2026-11-29 06:08:00.926574+00	825	attache-bangkok	BKK	log_assistance_action	{01a225ea-e59c-7573-b7c8-2d016ed322fc}	{}	{}	01a225ea-e596-7643-9062-f123330149ce
3	2026-11-29 06:08:00.930664+00	826	attache-bangkok	BKK	hand_over_assistance_case	{}	{}	{}	01a225ea-e5a0-72ba-b736-b0738c4edd09
4	2026-11-29 06:08:00.934341+00	828	attache-bangkok	BKK	set_assistance_due_date	{}	{}	{}	01a225ea-e5a4-779d-a689-6a888fbdb160
5	2026-11-29 06:08:04.609482+00	941	attache-bangkok	BKK	open_assistance_case	{}	{}	{}	01a225ea-f400-75cc-9b42-078b9b48b07b
6	2026-11-29 06:08:04.61566+00	945	attache-bangkok	BKK	identify_caller	{01a225ea-f406-75c5-9588-6075e7a5e04b}	{}	{}	01a225ea-f404-7240-ae6c-d5c5435cc2a2
7	2026-11-29 06:08:04.621444+00	948	attache-bangkok	BKK	log_assistance_action	{}	{}	{}	01a225ea-f409-71e7-a8d3-dbfad4000d76
8	2026-11-29 06:08:04.626276+00	951	attache-bangkok	BKK	close_assistance_case	{}	{}	{}	01a225ea-f410-75e7-a5b7-7454027bb11a
9	2026-11-29 06:08:13.93844+00	1043	registrar	REGISTRY	read_case	{01a225ea-e58b-7531-a85a-3b3a737ae6e5,01a225ea-e59c-7573-b7c8-2d016ed322fc}	{}	{}	01a225eb-1868-76f4-ab93-5c3fe7f0fdda
\.


--
-- Data for Name: builds; Type: TABLE DATA; Schema: public; Owner: consular_owner
--

COPY public.builds (projection, build, state, started_at, live_at) FROM stdin;
assistance_cases	1	live	2026-11-29 06:07:57.481438+00	2026-11-29 06:07:57.481438+00
\.


--
-- Data for Name: dead_letters; Type: TABLE DATA; Schema: public; Owner: consular_owner
--

COPY public.dead_letters (reader, build, event_id, type, topic, partition, at_offset, headers, body, reason, detail, buried_at) FROM stdin;
\.


--
-- Data for Name: discarded_letters; Type: TABLE DATA; Schema: public; Owner: consular_owner
--

COPY public.discarded_letters (reader, event_id, type, reason, discarded_by, discarded_at) FROM stdin;
\.


--
-- Data for Name: events; Type: TABLE DATA; Schema: public; Owner: consular_owner
--

COPY public.events ("position", tx, event_id, stream, version, type, occurred_at, recorded_at, appended_at, facts, person, handles, correlation_id, causation_id, traceparent) FROM stdin;
1	823	01a225ea-e58b-7531-a85a-3b3a737ae6e5	assistance-case-01a225ea-e58b-7531-a85a-3b3a737ae6e5	1	domnaer.consular.assistance_case_opened.v1	2014-02-03 02:00:00+00	2026-11-29 06:08:00.907754+00	2026-11-29 06:08:00.91499+00	{"recorded":{"by":"attache-bangkok","office":"BKK","how":"live","precision":"second"},"sex":2,"age_band":"25-29","home_province":"02","mission":"BKK","country":"THA","category":"wages","urgency":"soon","status_abroad":"not_known","due_on":"2014-02-10"}	{"form":"clear","evidence_id":"01a225ea-e58b-7531-a85a-3b3a737ae6e5","documents":[{"kind":"passport","number":"N1000001","issued_by":"KHM"}],"name":{"khmer":"ហេង សុម៉ាលី","latin":"HENG SOMALY"},"birth":{"on":"1987-05-23","precision":"day"},"phone":"097700001","relatives":[{"relation":"mother","name":{"latin":"KONG SREYLEAK"}}],"words":{"remark":"wages of two months"}}	["9b36f6c2bcd197cee417f9a8c5175323"]	01a225ea-e58a-70a1-be58-9bc6c9edf7bb	\N	00-01a225eae58a70a1be589bc6c9edf7bb-b3762d7064a907d3-00
2	825	01a225ea-e59c-7573-b7c8-2d016ed322fc	assistance-case-01a225ea-e58b-7531-a85a-3b3a737ae6e5	2	domnaer.consular.assistance_action_logged.v1	2014-02-04 02:00:00+00	2026-11-29 06:08:00.925871+00	2026-11-29 06:08:00.926526+00	{"recorded":{"by":"attache-bangkok","office":"BKK","how":"live","precision":"second"},"action":"call"}	{"form":"clear","evidence_id":"01a225ea-e59c-7573-b7c8-2d016ed322fc","documents":[],"relatives":[],"words":{"remark":"employer promises to pay"}}	[]	01a225ea-e596-7643-9062-f123330149ce	\N	00-01a225eae59676439062f123330149ce-38e8a13ee9b4fcf3-00
3	826	01a225ea-e5a1-7399-9587-d0ebfe33be32	assistance-case-01a225ea-e58b-7531-a85a-3b3a737ae6e5	3	domnaer.consular.assistance_case_handed_over.v1	2014-02-05 02:00:00+00	2026-11-29 06:08:00.930139+00	2026-11-29 06:08:00.930634+00	{"recorded":{"by":"attache-bangkok","office":"BKK","how":"live","precision":"second"},"to_attache":"attache-bangkok"}	\N	[]	01a225ea-e5a0-72ba-b736-b0738c4edd09	\N	00-01a225eae5a072bab736b0738c4edd09-565854abc31df1b5-00
4	828	01a225ea-e5a5-706a-b9a4-d65d346fd687	assistance-case-01a225ea-e58b-7531-a85a-3b3a737ae6e5	4	domnaer.consular.assistance_due_date_set.v1	2014-02-06 02:00:00+00	2026-11-29 06:08:00.933852+00	2026-11-29 06:08:00.934315+00	{"recorded":{"by":"attache-bangkok","office":"BKK","how":"live","precision":"second"},"due_on":"2099-01-31"}	\N	[]	01a225ea-e5a4-779d-a689-6a888fbdb160	\N	00-01a225eae5a4779da6896a888fbdb160-c4f1f05f8c9350c5-00
5	941	01a225ea-f400-75cc-9b42-078c366bb431	assistance-case-01a225ea-f400-75cc-9b42-078c366bb431	1	domnaer.consular.assistance_case_opened.v1	2013-09-01 02:00:00+00	2026-11-29 06:08:04.608835+00	2026-11-29 06:08:04.609432+00	{"recorded":{"by":"attache-bangkok","office":"BKK","how":"live","precision":"second"},"sex":0,"age_band":"unknown","mission":"BKK","country":"THA","category":"shelter","urgency":"urgent","status_abroad":"irregular","due_on":"2013-09-02"}	\N	[]	01a225ea-f400-75cc-9b42-078b9b48b07b	\N	00-01a225eaf40075cc9b42078b9b48b07b-e44ff6b1ebd262b3-00
6	945	01a225ea-f406-75c5-9588-6075e7a5e04b	assistance-case-01a225ea-f400-75cc-9b42-078c366bb431	2	domnaer.consular.assistance_caller_identified.v1	2013-09-02 02:00:00+00	2026-11-29 06:08:04.615064+00	2026-11-29 06:08:04.615598+00	{"recorded":{"by":"attache-bangkok","office":"BKK","how":"live","precision":"second"},"sex":2,"age_band":"unknown","home_province":"21"}	{"form":"clear","evidence_id":"01a225ea-f406-75c5-9588-6075e7a5e04b","documents":[{"kind":"passport","number":"N1000003","issued_by":"KHM"}],"name":{"khmer":"ឡុង ចន្ទ្រា","latin":"LONG CHANTREA"},"relatives":[],"words":{}}	["e11be0b1b47b4b935c50720a95e59100"]	01a225ea-f404-7240-ae6c-d5c5435cc2a2	\N	00-01a225eaf4047240ae6cd5c5435cc2a2-e427178056a43941-00
7	948	01a225ea-f40b-7121-b4db-e3a8a8fad1b6	assistance-case-01a225ea-f400-75cc-9b42-078c366bb431	3	domnaer.consular.assistance_action_logged.v1	2013-09-03 02:00:00+00	2026-11-29 06:08:04.620828+00	2026-11-29 06:08:04.621414+00	{"recorded":{"by":"attache-bangkok","office":"BKK","how":"live","precision":"second"},"action":"shelter_arranged"}	\N	[]	01a225ea-f409-71e7-a8d3-dbfad4000d76	\N	00-01a225eaf40971e7a8d3dbfad4000d76-bd5d1d77d7e7de4d-00
8	951	01a225ea-f410-75e7-a5b7-74558a3b6f65	assistance-case-01a225ea-f400-75cc-9b42-078c366bb431	4	domnaer.consular.assistance_case_closed.v1	2013-09-20 02:00:00+00	2026-11-29 06:08:04.625944+00	2026-11-29 06:08:04.626247+00	{"recorded":{"by":"attache-bangkok","office":"BKK","how":"live","precision":"second"},"outcome":"repatriated"}	\N	[]	01a225ea-f410-75e7-a5b7-7454027bb11a	\N	00-01a225eaf41075e7a5b77454027bb11a-e9d97c41df9ce301-00
\.


--
-- Data for Name: idempotency; Type: TABLE DATA; Schema: public; Owner: consular_owner
--

COPY public.idempotency (caller, key, digest, status, outcome, created_at) FROM stdin;
attache-bangkok	upgrade-fixture-7	\\x66b7fffe58ed8edb219ac66cebbf81cf	201	{"id":"01a225ea-e58b-7531-a85a-3b3a737ae6e5","stream":"assistance-case-01a225ea-e58b-7531-a85a-3b3a737ae6e5","version":1,"events":["01a225ea-e58b-7531-a85a-3b3a737ae6e5"]}	2026-11-29 06:08:00.915305+00
attache-bangkok	upgrade-fixture-8	\\x006324a947f550209ea079cd54004d97	200	{"id":"01a225ea-e58b-7531-a85a-3b3a737ae6e5","stream":"assistance-case-01a225ea-e58b-7531-a85a-3b3a737ae6e5","version":2,"events":["01a225ea-e59c-7573-b7c8-2d016ed322fc"]}	2026-11-29 06:08:00.926583+00
attache-bangkok	upgrade-fixture-9	\\x6a67d1c084707b6d3510ea6f73b42391	200	{"id":"01a225ea-e58b-7531-a85a-3b3a737ae6e5","stream":"assistance-case-01a225ea-e58b-7531-a85a-3b3a737ae6e5","version":3,"events":["01a225ea-e5a1-7399-9587-d0ebfe33be32"]}	2026-11-29 06:08:00.930669+00
attache-bangkok	upgrade-fixture-10	\\x340b8b3eebef49ac19c0c37d23f59257	200	{"id":"01a225ea-e58b-7531-a85a-3b3a737ae6e5","stream":"assistance-case-01a225ea-e58b-7531-a85a-3b3a737ae6e5","version":4,"events":["01a225ea-e5a5-706a-b9a4-d65d346fd687"]}	2026-11-29 06:08:00.934346+00
attache-bangkok	upgrade-fixture-32	\\xffac9e971d1a2c09a280c3068f0cc0c3	201	{"id":"01a225ea-f400-75cc-9b42-078c366bb431","stream":"assistance-case-01a225ea-f400-75cc-9b42-078c366bb431","version":1,"events":["01a225ea-f400-75cc-9b42-078c366bb431"]}	2026-11-29 06:08:04.609491+00
attache-bangkok	upgrade-fixture-33	\\x5884887635c962cd9aad1225dc48c6f5	200	{"id":"01a225ea-f400-75cc-9b42-078c366bb431","stream":"assistance-case-01a225ea-f400-75cc-9b42-078c366bb431","version":2,"events":["01a225ea-f406-75c5-9588-6075e7a5e04b"]}	2026-11-29 06:08:04.615668+00
attache-bangkok	upgrade-fixture-34	\\xf0e83a29b37c851f75f148114623fbd2	200	{"id":"01a225ea-f400-75cc-9b42-078c366bb431","stream":"assistance-case-01a225ea-f400-75cc-9b42-078c366bb431","version":3,"events":["01a225ea-f40b-7121-b4db-e3a8a8fad1b6"]}	2026-11-29 06:08:04.621451+00
attache-bangkok	upgrade-fixture-35	\\x619a50129949742e817a7e1b960a3bc7	200	{"id":"01a225ea-f400-75cc-9b42-078c366bb431","stream":"assistance-case-01a225ea-f400-75cc-9b42-078c366bb431","version":4,"events":["01a225ea-f410-75e7-a5b7-74558a3b6f65"]}	2026-11-29 06:08:04.626282+00
\.


--
-- Data for Name: migrations; Type: TABLE DATA; Schema: public; Owner: consular_owner
--

COPY public.migrations (name, digest, applied_at) FROM stdin;
chassis.migrations/0001_record.sql	0ca27e7cd91052a910ac62867a6406f893dd4f42ac99444e9f81ea3e3547e00e	2026-11-29 06:07:57.348025+00
chassis.migrations/0002_outcomes.sql	e0f14b33f66aa93a16be8c575dd6182eddfddf9f172fc90184ec4161e3e89278	2026-11-29 06:07:57.414099+00
\.


--
-- Data for Name: offsets; Type: TABLE DATA; Schema: public; Owner: consular_owner
--

COPY public.offsets (reader, build, topic, partition, incarnation, next_offset, last_id) FROM stdin;
\.


--
-- Data for Name: relays; Type: TABLE DATA; Schema: public; Owner: consular_owner
--

COPY public.relays (outlet, topic, incarnation, tx, "position", published, last) FROM stdin;
consular.events	domnaer.consular.v1	1	951	8	8	{"0":[7,"01a225ea-f410-75e7-a5b7-74558a3b6f65"]}
\.


--
-- Data for Name: upload_refusals; Type: TABLE DATA; Schema: public; Owner: consular_owner
--

COPY public.upload_refusals (upload_id, row_number, field, value, reason, caller, expires_at) FROM stdin;
\.


--
-- Name: audit_entry_id_seq; Type: SEQUENCE SET; Schema: public; Owner: consular_owner
--

SELECT pg_catalog.setval('public.audit_entry_id_seq', 9, true);


--
-- Name: events_position_seq; Type: SEQUENCE SET; Schema: public; Owner: consular_owner
--

SELECT pg_catalog.setval('public.events_position_seq', 8, true);


--
-- Name: assistance_cases assistance_cases_pkey; Type: CONSTRAINT; Schema: assistance_cases_1; Owner: consular
--

ALTER TABLE ONLY assistance_cases_1.assistance_cases
    ADD CONSTRAINT assistance_cases_pkey PRIMARY KEY (case_id);


--
-- Name: audit audit_pkey; Type: CONSTRAINT; Schema: public; Owner: consular_owner
--

ALTER TABLE ONLY public.audit
    ADD CONSTRAINT audit_pkey PRIMARY KEY (entry_id);


--
-- Name: builds builds_pkey; Type: CONSTRAINT; Schema: public; Owner: consular_owner
--

ALTER TABLE ONLY public.builds
    ADD CONSTRAINT builds_pkey PRIMARY KEY (projection, build);


--
-- Name: dead_letters dead_letters_pkey; Type: CONSTRAINT; Schema: public; Owner: consular_owner
--

ALTER TABLE ONLY public.dead_letters
    ADD CONSTRAINT dead_letters_pkey PRIMARY KEY (reader, build, event_id);


--
-- Name: discarded_letters discarded_letters_pkey; Type: CONSTRAINT; Schema: public; Owner: consular_owner
--

ALTER TABLE ONLY public.discarded_letters
    ADD CONSTRAINT discarded_letters_pkey PRIMARY KEY (reader, event_id);


--
-- Name: events events_event_id; Type: CONSTRAINT; Schema: public; Owner: consular_owner
--

ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_event_id UNIQUE (event_id);


--
-- Name: events events_stream_version; Type: CONSTRAINT; Schema: public; Owner: consular_owner
--

ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_stream_version PRIMARY KEY (stream, version);


--
-- Name: idempotency idempotency_key; Type: CONSTRAINT; Schema: public; Owner: consular_owner
--

ALTER TABLE ONLY public.idempotency
    ADD CONSTRAINT idempotency_key PRIMARY KEY (caller, key);


--
-- Name: migrations migrations_pkey; Type: CONSTRAINT; Schema: public; Owner: consular_owner
--

ALTER TABLE ONLY public.migrations
    ADD CONSTRAINT migrations_pkey PRIMARY KEY (name);


--
-- Name: offsets offsets_pkey; Type: CONSTRAINT; Schema: public; Owner: consular_owner
--

ALTER TABLE ONLY public.offsets
    ADD CONSTRAINT offsets_pkey PRIMARY KEY (reader, build, topic, partition);


--
-- Name: relays relays_pkey; Type: CONSTRAINT; Schema: public; Owner: consular_owner
--

ALTER TABLE ONLY public.relays
    ADD CONSTRAINT relays_pkey PRIMARY KEY (outlet);


--
-- Name: upload_refusals upload_refusals_pkey; Type: CONSTRAINT; Schema: public; Owner: consular_owner
--

ALTER TABLE ONLY public.upload_refusals
    ADD CONSTRAINT upload_refusals_pkey PRIMARY KEY (upload_id, row_number, field);


--
-- Name: assistance_cases_of_attache; Type: INDEX; Schema: assistance_cases_1; Owner: consular
--

CREATE INDEX assistance_cases_of_attache ON assistance_cases_1.assistance_cases USING btree (attache, queue_on, case_id) WHERE (closed_at IS NULL);


--
-- Name: assistance_cases_queue; Type: INDEX; Schema: assistance_cases_1; Owner: consular
--

CREATE INDEX assistance_cases_queue ON assistance_cases_1.assistance_cases USING btree (queue_on, case_id) WHERE (closed_at IS NULL);


--
-- Name: builds_one_live; Type: INDEX; Schema: public; Owner: consular_owner
--

CREATE UNIQUE INDEX builds_one_live ON public.builds USING btree (projection) WHERE (state = 'live'::text);


--
-- Name: events_gate; Type: INDEX; Schema: public; Owner: consular_owner
--

CREATE INDEX events_gate ON public.events USING btree (tx, "position");


--
-- Name: idempotency_created; Type: INDEX; Schema: public; Owner: consular_owner
--

CREATE INDEX idempotency_created ON public.idempotency USING btree (created_at);


--
-- Name: DATABASE consular; Type: ACL; Schema: -; Owner: consular_owner
--

GRANT CREATE,CONNECT ON DATABASE consular TO consular;


--
-- Name: FUNCTION hold_key(lock bigint); Type: ACL; Schema: public; Owner: consular_owner
--

GRANT ALL ON FUNCTION public.hold_key(lock bigint) TO consular;


--
-- Name: TABLE audit; Type: ACL; Schema: public; Owner: consular_owner
--

GRANT SELECT,INSERT ON TABLE public.audit TO consular;


--
-- Name: TABLE builds; Type: ACL; Schema: public; Owner: consular_owner
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.builds TO consular;


--
-- Name: TABLE dead_letters; Type: ACL; Schema: public; Owner: consular_owner
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.dead_letters TO consular;


--
-- Name: TABLE discarded_letters; Type: ACL; Schema: public; Owner: consular_owner
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.discarded_letters TO consular;


--
-- Name: TABLE events; Type: ACL; Schema: public; Owner: consular_owner
--

GRANT SELECT,INSERT ON TABLE public.events TO consular;


--
-- Name: TABLE idempotency; Type: ACL; Schema: public; Owner: consular_owner
--

GRANT SELECT,INSERT,DELETE ON TABLE public.idempotency TO consular;


--
-- Name: TABLE offsets; Type: ACL; Schema: public; Owner: consular_owner
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.offsets TO consular;


--
-- Name: TABLE relays; Type: ACL; Schema: public; Owner: consular_owner
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.relays TO consular;


--
-- Name: TABLE upload_refusals; Type: ACL; Schema: public; Owner: consular_owner
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.upload_refusals TO consular;


--
-- PostgreSQL database dump complete
--

\unrestrict X6FTNWxfAZTcN9UsOxYpyU7eD4RMLFZO2LZVlX7GTnt4ISjzDRIDVXcPA7fez29


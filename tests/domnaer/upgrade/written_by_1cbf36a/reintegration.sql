--
-- PostgreSQL database dump
--

\restrict MSQ3aBKxr3ZcBHG3kGa6YZr6OnLJ8Wkxcr2AhEcB8QLvJRBEZKC0hMxzovUIjhA

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
-- Name: reintegration; Type: DATABASE; Schema: -; Owner: reintegration_owner
--

CREATE DATABASE reintegration WITH TEMPLATE = template0 ENCODING = 'UTF8' LOCALE_PROVIDER = builtin LOCALE = 'C' BUILTIN_LOCALE = 'C.UTF-8';


ALTER DATABASE reintegration OWNER TO reintegration_owner;

\unrestrict MSQ3aBKxr3ZcBHG3kGa6YZr6OnLJ8Wkxcr2AhEcB8QLvJRBEZKC0hMxzovUIjhA
\connect reintegration
\restrict MSQ3aBKxr3ZcBHG3kGa6YZr6OnLJ8Wkxcr2AhEcB8QLvJRBEZKC0hMxzovUIjhA

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
-- Name: cases_1; Type: SCHEMA; Schema: -; Owner: reintegration
--

CREATE SCHEMA cases_1;


ALTER SCHEMA cases_1 OWNER TO reintegration;

--
-- Name: vacancies_1; Type: SCHEMA; Schema: -; Owner: reintegration
--

CREATE SCHEMA vacancies_1;


ALTER SCHEMA vacancies_1 OWNER TO reintegration;

--
-- Name: hold_key(bigint); Type: FUNCTION; Schema: public; Owner: reintegration_owner
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


ALTER FUNCTION public.hold_key(lock bigint) OWNER TO reintegration_owner;

SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: cases; Type: TABLE; Schema: cases_1; Owner: reintegration
--

CREATE TABLE cases_1.cases (
    case_id uuid NOT NULL,
    stream_version integer NOT NULL,
    return_event_id uuid NOT NULL,
    about text NOT NULL,
    returned_from text NOT NULL,
    deported boolean NOT NULL,
    sex smallint NOT NULL,
    age_band text NOT NULL,
    home_province text,
    opened_at timestamp with time zone NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    counsellor text,
    needs text NOT NULL,
    occupation_wanted text,
    province_wanted text,
    sessions integer NOT NULL,
    last_contact_at timestamp with time zone,
    due_on date,
    queue_on date NOT NULL,
    pending integer NOT NULL,
    accepted text NOT NULL,
    starts_on date,
    outcome text,
    closed_at timestamp with time zone
);


ALTER TABLE cases_1.cases OWNER TO reintegration;

--
-- Name: audit; Type: TABLE; Schema: public; Owner: reintegration_owner
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


ALTER TABLE public.audit OWNER TO reintegration_owner;

--
-- Name: audit_entry_id_seq; Type: SEQUENCE; Schema: public; Owner: reintegration_owner
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
-- Name: builds; Type: TABLE; Schema: public; Owner: reintegration_owner
--

CREATE TABLE public.builds (
    projection text NOT NULL,
    build integer NOT NULL,
    state text NOT NULL,
    started_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    live_at timestamp with time zone,
    CONSTRAINT builds_state_check CHECK ((state = ANY (ARRAY['building'::text, 'live'::text, 'retired'::text])))
);


ALTER TABLE public.builds OWNER TO reintegration_owner;

--
-- Name: dead_letters; Type: TABLE; Schema: public; Owner: reintegration_owner
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


ALTER TABLE public.dead_letters OWNER TO reintegration_owner;

--
-- Name: discarded_letters; Type: TABLE; Schema: public; Owner: reintegration_owner
--

CREATE TABLE public.discarded_letters (
    reader text NOT NULL,
    event_id uuid NOT NULL,
    type text NOT NULL,
    reason text NOT NULL,
    discarded_by text NOT NULL,
    discarded_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);


ALTER TABLE public.discarded_letters OWNER TO reintegration_owner;

--
-- Name: events; Type: TABLE; Schema: public; Owner: reintegration_owner
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


ALTER TABLE public.events OWNER TO reintegration_owner;

--
-- Name: events_position_seq; Type: SEQUENCE; Schema: public; Owner: reintegration_owner
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
-- Name: heard; Type: TABLE; Schema: public; Owner: reintegration_owner
--

CREATE TABLE public.heard (
    reader text NOT NULL,
    stream text NOT NULL,
    version integer NOT NULL,
    event_id uuid NOT NULL,
    type text NOT NULL,
    occurred_at timestamp with time zone NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    facts text NOT NULL,
    person text,
    handles text NOT NULL,
    nodes uuid[] NOT NULL,
    correlation_id uuid NOT NULL
);


ALTER TABLE public.heard OWNER TO reintegration_owner;

--
-- Name: idempotency; Type: TABLE; Schema: public; Owner: reintegration_owner
--

CREATE TABLE public.idempotency (
    caller text NOT NULL,
    key text NOT NULL,
    digest bytea NOT NULL,
    status smallint NOT NULL,
    outcome text NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);


ALTER TABLE public.idempotency OWNER TO reintegration_owner;

--
-- Name: migrations; Type: TABLE; Schema: public; Owner: reintegration_owner
--

CREATE TABLE public.migrations (
    name text NOT NULL,
    digest text NOT NULL,
    applied_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);


ALTER TABLE public.migrations OWNER TO reintegration_owner;

--
-- Name: offsets; Type: TABLE; Schema: public; Owner: reintegration_owner
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


ALTER TABLE public.offsets OWNER TO reintegration_owner;

--
-- Name: relays; Type: TABLE; Schema: public; Owner: reintegration_owner
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


ALTER TABLE public.relays OWNER TO reintegration_owner;

--
-- Name: upload_refusals; Type: TABLE; Schema: public; Owner: reintegration_owner
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


ALTER TABLE public.upload_refusals OWNER TO reintegration_owner;

--
-- Name: who; Type: TABLE; Schema: public; Owner: reintegration_owner
--

CREATE TABLE public.who (
    node uuid NOT NULL,
    number text NOT NULL,
    revision bigint NOT NULL
);


ALTER TABLE public.who OWNER TO reintegration_owner;

--
-- Name: vacancies; Type: TABLE; Schema: vacancies_1; Owner: reintegration
--

CREATE TABLE vacancies_1.vacancies (
    vacancy_id uuid NOT NULL,
    stream_version integer NOT NULL,
    employer_id uuid NOT NULL,
    occupation text NOT NULL,
    sector text NOT NULL,
    province text NOT NULL,
    wage_amount numeric NOT NULL,
    wage_currency text NOT NULL,
    wage_period text NOT NULL,
    places integer NOT NULL,
    open_until date,
    registered_at timestamp with time zone NOT NULL,
    recorded_at timestamp with time zone NOT NULL
);


ALTER TABLE vacancies_1.vacancies OWNER TO reintegration;

--
-- Data for Name: cases; Type: TABLE DATA; Schema: cases_1; Owner: reintegration
--

COPY cases_1.cases (case_id, stream_version, return_event_id, about, returned_from, deported, sex, age_band, home_province, opened_at, recorded_at, counsellor, needs, occupation_wanted, province_wanted, sessions, last_contact_at, due_on, queue_on, pending, accepted, starts_on, outcome, closed_at) FROM stdin;
49af1319-a55c-5619-8ad4-bca44d70ee12	8	01a225ea-e5ad-7096-892d-56f6a1058428	crossing-01a225ea-e5ad-7096-892d-56f6a1058428	THA	t	2	25-29	02	2014-06-12 02:00:00+00	2026-11-29 06:08:00.941537+00	counsellor-battambang	finding_a_job credit	7112	02	1	2014-06-22 02:00:00+00	2014-07-01	2014-07-01	0	01a225ea-ee42-724e-8747-ecb25d70c2a1	2014-07-01	\N	\N
55e8a85b-878d-5609-9389-7931b104fb42	1	01a225ea-f12e-71bc-852a-9c10cada83ce	crossing-01a225ea-f12e-71bc-852a-9c10cada83ce	THA	f	1	unknown	02	2013-01-10 02:00:00+00	2026-11-29 06:08:03.886023+00	\N		\N	\N	0	\N	2013-01-24	2013-01-24	0		\N	\N	\N
04934344-5c52-5853-bb84-396066b42607	1	01a225ea-f3ec-770a-bacd-d13eca53dead	crossing-01a225ea-f3ec-770a-bacd-d13eca53dead	THA	f	1	unknown	02	2013-12-10 02:00:00+00	2026-11-29 06:08:04.588255+00	\N		\N	\N	0	\N	2013-12-24	2013-12-24	0		\N	\N	\N
a4f55be6-f4d8-5333-bbd0-bd5565457083	1	01a225ea-f414-71ea-be94-f2116fb384d1	crossing-01a225ea-f414-71ea-be94-f2116fb384d1	THA	f	2	unknown	21	2013-09-21 02:00:00+00	2026-11-29 06:08:04.628068+00	\N		\N	\N	0	\N	2013-10-05	2013-10-05	0		\N	\N	\N
09017f3d-4f5d-54e5-a1d3-619ee33c64b7	2	01a225ea-f503-7471-afb1-a5b9fcdfc898	crossing-01a225ea-f503-7471-afb1-a5b9fcdfc898	THA	f	1	20-24	01	2014-04-02 02:00:00+00	2026-11-29 06:08:04.867823+00	\N		\N	\N	0	\N	\N	infinity	0		\N	return_voided	2026-11-29 06:08:05.665227+00
3bdf3616-31fe-52a6-a12a-aaea81881368	2	01a225ea-f4fe-76db-8c19-c4fe5c6eba9b	crossing-01a225ea-f4fe-76db-8c19-c4fe5c6eba9b	THA	f	1	20-24	01	2014-04-02 02:00:00+00	2026-11-29 06:08:04.862217+00	\N		\N	\N	0	\N	\N	infinity	0		\N	self_employed	2014-05-01 02:00:00+00
01a83247-4478-5e76-adc5-4cb8b0e6ea11	1	bfeea813-fc2a-5b60-b398-682eaf552852	crossing-bfeea813-fc2a-5b60-b398-682eaf552852	THA	f	2	unknown	\N	2014-06-13 02:00:00+00	2026-11-29 06:08:06.44568+00	\N		\N	\N	0	\N	2014-06-27	2014-06-27	0		\N	\N	\N
42adeeea-6245-5c4b-91d2-5be8b691b044	1	2d463614-3a68-5e71-a20e-8f6e37d08fcd	crossing-2d463614-3a68-5e71-a20e-8f6e37d08fcd	THA	f	2	unknown	\N	2014-06-13 02:00:00+00	2026-11-29 06:08:06.44568+00	\N		\N	\N	0	\N	2014-06-27	2014-06-27	0		\N	\N	\N
5e909532-2f7a-531c-a943-f4ef2e7f700f	1	84fdcd01-3c63-5e33-9529-21b3b9f98d39	crossing-84fdcd01-3c63-5e33-9529-21b3b9f98d39	THA	f	2	unknown	\N	2014-06-13 02:00:00+00	2026-11-29 06:08:06.44568+00	\N		\N	\N	0	\N	2014-06-27	2014-06-27	0		\N	\N	\N
6dbb1189-8a2e-5d79-b166-45da09ce5b90	1	ab96da7b-59f4-5fc0-9a28-cfb287fcd22f	crossing-ab96da7b-59f4-5fc0-9a28-cfb287fcd22f	THA	f	2	unknown	\N	2014-06-13 02:00:00+00	2026-11-29 06:08:06.44568+00	\N		\N	\N	0	\N	2014-06-27	2014-06-27	0		\N	\N	\N
9cdad96f-3c5a-50fc-9bcb-8c89c9ba5931	1	7eea6cc7-00bd-5f32-b10f-eefe1ecf7ffd	crossing-7eea6cc7-00bd-5f32-b10f-eefe1ecf7ffd	THA	f	2	unknown	\N	2014-06-13 02:00:00+00	2026-11-29 06:08:06.44568+00	\N		\N	\N	0	\N	2014-06-27	2014-06-27	0		\N	\N	\N
9dff2a68-74c6-53a1-9b08-e8a449eaf420	1	b1060dd9-4c8e-55b1-b286-e6e5e9e7b46b	crossing-b1060dd9-4c8e-55b1-b286-e6e5e9e7b46b	THA	f	2	unknown	\N	2014-06-13 02:00:00+00	2026-11-29 06:08:06.44568+00	\N		\N	\N	0	\N	2014-06-27	2014-06-27	0		\N	\N	\N
bf01a456-5128-5038-ac9c-f063ff8bb155	1	7914fe8f-2381-5a0d-969a-1744f9a5d72e	crossing-7914fe8f-2381-5a0d-969a-1744f9a5d72e	THA	f	2	unknown	\N	2014-06-13 02:00:00+00	2026-11-29 06:08:06.44568+00	\N		\N	\N	0	\N	2014-06-27	2014-06-27	0		\N	\N	\N
\.


--
-- Data for Name: audit; Type: TABLE DATA; Schema: public; Owner: reintegration_owner
--

COPY public.audit (entry_id, at, tx, caller, office, action, evidence, numbers, detail, correlation) FROM stdin;
1	2026-11-29 06:08:01.660063+00	837	counsellor-battambang	NEA-02	list_reintegration_cases	{}	{}	{}	01a225ea-e871-76d7-aac8-d65db2a503e7
2	2026-11-29 06:08:01.863596+00	838	counsellor-battambang	NEA-02	list_reintegration_cases	{}	{}	{}	01a225ea-e946-7706-b10d-24e4a088375e
3	2026-11-29 06:08:02.066914+00	839	counsellor-battambang	NEA-02	list_reintegration_cases	{}	{}	{}	01a225ea-ea11-7345-8988-280abd538d5b
4	2026-11-29 06:08:02.270192+00	840	counsellor-battambang	NEA-02	list_reintegration_cases	{}	{}	{}	01a225ea-eadd-70ce-ae7f-36d7c6345089
5	2026-11-29 06:08:02.473683+00	841	counsellor-battambang	NEA-02	list_reintegration_cases	{}	{}	{}	01a225ea-eba8-71a8-b82c-30870ee8f967
6	2026-11-29 06:08:02.676903+00	842	counsellor-battambang	NEA-02	list_reintegration_cases	{}	{}	{}	01a225ea-ec73-7373-859e-c02001260f54
7	2026-11-29 06:08:02.888861+00	850	counsellor-battambang	NEA-02	list_reintegration_cases	{}	{}	{}	01a225ea-ed3f-72d3-8754-681cb412d7ef
8	2026-11-29 06:08:03.093956+00	858	counsellor-battambang	NEA-02	list_reintegration_cases	{49af1319-a55c-5619-8ad4-bca44d70ee12}	{}	{}	01a225ea-ee14-7229-a8d1-b416d77c6986
9	2026-11-29 06:08:03.109597+00	859	counsellor-battambang	NEA-02	assign_case	{}	{}	{}	01a225ea-ee1a-7677-ab33-7172da49c25f
10	2026-11-29 06:08:03.126372+00	864	counsellor-battambang	NEA-02	record_needs	{}	{}	{}	01a225ea-ee2b-732a-9af1-4dd0709b0edd
11	2026-11-29 06:08:03.133795+00	865	counsellor-battambang	NEA-02	record_counselling_session	{}	{}	{}	01a225ea-ee39-736e-a84b-25ae2e1a6f2d
12	2026-11-29 06:08:03.140004+00	866	counsellor-battambang	NEA-02	register_vacancy	{}	{}	{}	01a225ea-ee41-760f-b732-6542837f36ec
13	2026-11-29 06:08:03.152855+00	871	counsellor-battambang	NEA-02	propose_match	{}	{}	{}	01a225ea-ee48-719f-9d64-65fa82f901e5
14	2026-11-29 06:08:03.161299+00	875	counsellor-battambang	NEA-02	accept_match	{}	{}	{}	01a225ea-ee54-7615-b676-50f6263e0eac
15	2026-11-29 06:08:03.169892+00	879	counsellor-battambang	NEA-02	record_placement	{}	{}	{}	01a225ea-ee5e-72c9-9b03-beef8183b7fb
16	2026-11-29 06:08:03.17924+00	884	counsellor-battambang	NEA-02	refer_for_recognition	{}	{}	{}	01a225ea-ee69-737a-b6c4-cc4dbce76a38
17	2026-11-29 06:08:04.637574+00	956	registrar	REGISTRY	list_reintegration_cases	{55e8a85b-878d-5609-9389-7931b104fb42,04934344-5c52-5853-bb84-396066b42607,49af1319-a55c-5619-8ad4-bca44d70ee12}	{}	{}	01a225ea-f417-7357-9ab2-d0384f7c7577
18	2026-11-29 06:08:04.844838+00	969	registrar	REGISTRY	list_reintegration_cases	{55e8a85b-878d-5609-9389-7931b104fb42,a4f55be6-f4d8-5333-bbd0-bd5565457083,04934344-5c52-5853-bb84-396066b42607,49af1319-a55c-5619-8ad4-bca44d70ee12}	{}	{}	01a225ea-f4eb-7479-ace1-b66bc2439dae
19	2026-11-29 06:08:05.661943+00	997	counsellor-poipet	NEA-01	list_reintegration_cases	{09017f3d-4f5d-54e5-a1d3-619ee33c64b7,3bdf3616-31fe-52a6-a12a-aaea81881368}	{}	{}	01a225ea-f81c-76e7-bd4d-7c1b2bbe495d
20	2026-11-29 06:08:05.668658+00	999	counsellor-poipet	NEA-01	list_reintegration_cases	{09017f3d-4f5d-54e5-a1d3-619ee33c64b7,3bdf3616-31fe-52a6-a12a-aaea81881368}	{}	{}	01a225ea-f823-709d-adda-c3a7b7d01ff5
21	2026-11-29 06:08:06.385803+00	1012	counsellor-poipet	NEA-01	close_case	{}	{}	{}	01a225ea-faef-752d-81d9-090285e084e1
22	2026-11-29 06:08:13.957478+00	1045	registrar	REGISTRY	read_reintegration_case	{01a225ea-e5ad-7096-892d-56f6a1058428}	{A6JEKKMVFZRPY0}	{}	01a225eb-1881-724a-a43f-9b02b6d925d3
\.


--
-- Data for Name: builds; Type: TABLE DATA; Schema: public; Owner: reintegration_owner
--

COPY public.builds (projection, build, state, started_at, live_at) FROM stdin;
cases	1	live	2026-11-29 06:07:57.512368+00	2026-11-29 06:07:57.512368+00
vacancies	1	live	2026-11-29 06:07:57.556716+00	2026-11-29 06:07:57.556716+00
\.


--
-- Data for Name: dead_letters; Type: TABLE DATA; Schema: public; Owner: reintegration_owner
--

COPY public.dead_letters (reader, build, event_id, type, topic, partition, at_offset, headers, body, reason, detail, buried_at) FROM stdin;
\.


--
-- Data for Name: discarded_letters; Type: TABLE DATA; Schema: public; Owner: reintegration_owner
--

COPY public.discarded_letters (reader, event_id, type, reason, discarded_by, discarded_at) FROM stdin;
\.


--
-- Data for Name: events; Type: TABLE DATA; Schema: public; Owner: reintegration_owner
--

COPY public.events ("position", tx, event_id, stream, version, type, occurred_at, recorded_at, appended_at, facts, person, handles, correlation_id, causation_id, traceparent) FROM stdin;
1	854	7fc8d2d3-f7ce-5240-9524-4dc2ef494b28	reintegration-case-49af1319-a55c-5619-8ad4-bca44d70ee12	1	domnaer.reintegration.reintegration_case_opened.v1	2014-06-12 02:00:00+00	2026-11-29 06:08:00.941537+00	2026-11-29 06:08:02.932153+00	{"recorded":{"by":"reintegration","office":"NEA","how":"live","precision":"second"},"sex":2,"age_band":"25-29","home_province":"02","about":"crossing-01a225ea-e5ad-7096-892d-56f6a1058428","return_event_id":"01a225ea-e5ad-7096-892d-56f6a1058428","returned_from":"THA","deported":true}	{"form":"clear","evidence_id":"01a225ea-e5ad-7096-892d-56f6a1058428","documents":[{"kind":"passport","number":"N1000001","issued_by":"KHM"}],"name":{"khmer":"ហេង សុម៉ាលី","latin":"HENG SOMALY"},"birth":{"on":"1987-05-23","precision":"day"},"phone":"097700001","relatives":[{"relation":"mother","name":{"latin":"KONG SREYLEAK"}}],"words":{}}	["9b36f6c2bcd197cee417f9a8c5175323"]	01a225ea-e5ad-7096-892d-56f5c622a89a	01a225ea-e5ad-7096-892d-56f6a1058428	00-01a225eae5ad7096892d56f5c622a89a-b6247c900c1ccce0-00
2	859	01a225ea-ee20-73d6-9340-55d5047c319e	reintegration-case-49af1319-a55c-5619-8ad4-bca44d70ee12	2	domnaer.reintegration.reintegration_case_assigned.v1	2014-06-20 02:00:00+00	2026-11-29 06:08:03.106261+00	2026-11-29 06:08:03.109549+00	{"recorded":{"by":"counsellor-battambang","office":"NEA-02","how":"live","precision":"second"},"counsellor":"counsellor-battambang"}	\N	[]	01a225ea-ee1a-7677-ab33-7172da49c25f	\N	00-01a225eaee1a7677ab337172da49c25f-a18474c5436b5569-00
3	864	01a225ea-ee2e-7641-b91b-bdfbb8ebf7cf	reintegration-case-49af1319-a55c-5619-8ad4-bca44d70ee12	3	domnaer.reintegration.needs_recorded.v1	2014-06-21 02:00:00+00	2026-11-29 06:08:03.125051+00	2026-11-29 06:08:03.126329+00	{"recorded":{"by":"counsellor-battambang","office":"NEA-02","how":"live","precision":"second"},"needs":["finding_a_job","credit"],"occupation_wanted":"7112","province_wanted":"02"}	\N	[]	01a225ea-ee2b-732a-9af1-4dd0709b0edd	\N	00-01a225eaee2b732a9af14dd0709b0edd-973de286a6e8109e-00
4	865	01a225ea-ee3c-7155-ac43-c71a1d79b73f	reintegration-case-49af1319-a55c-5619-8ad4-bca44d70ee12	4	domnaer.reintegration.counselling_session_held.v1	2014-06-22 02:00:00+00	2026-11-29 06:08:03.132963+00	2026-11-29 06:08:03.133756+00	{"recorded":{"by":"counsellor-battambang","office":"NEA-02","how":"live","precision":"second"},"minutes":40,"counsellor":"counsellor-battambang","next_contact_on":"2014-07-01"}	\N	[]	01a225ea-ee39-736e-a84b-25ae2e1a6f2d	\N	00-01a225eaee39736ea84b25ae2e1a6f2d-36ea870ab9fcb856-00
5	866	01a225ea-ee42-724e-8747-ecb25d70c2a1	vacancy-01a225ea-ee42-724e-8747-ecb25d70c2a1	1	domnaer.reintegration.vacancy_registered.v1	2014-06-02 02:00:00+00	2026-11-29 06:08:03.138071+00	2026-11-29 06:08:03.139973+00	{"recorded":{"by":"counsellor-battambang","office":"NEA-02","how":"live","precision":"second"},"employer_id":"1d8c2a4e-5b0f-4c58-9a53-0e6d5f3f7c12","occupation":"7112","sector":"F","province":"02","wage":{"amount":"250.00","currency":"USD"},"wage_period":"month","places":3}	\N	[]	01a225ea-ee41-760f-b732-6542837f36ec	\N	00-01a225eaee41760fb7326542837f36ec-8c0b252b9f55a587-00
6	871	01a225ea-ee4f-76c3-9fc2-447bac73d138	reintegration-case-49af1319-a55c-5619-8ad4-bca44d70ee12	5	domnaer.reintegration.match_proposed.v1	2014-06-23 02:00:00+00	2026-11-29 06:08:03.152279+00	2026-11-29 06:08:03.152824+00	{"recorded":{"by":"counsellor-battambang","office":"NEA-02","how":"live","precision":"second"},"match_id":"01974d80-0000-7000-8000-000000000001","vacancy_id":"01a225ea-ee42-724e-8747-ecb25d70c2a1","reasons":["same_occupation","home_province"]}	\N	[]	01a225ea-ee48-719f-9d64-65fa82f901e5	\N	00-01a225eaee48719f9d6465fa82f901e5-b9a8ce997b4c3e1f-00
7	875	01a225ea-ee55-773a-9d6b-cefa5a436a58	reintegration-case-49af1319-a55c-5619-8ad4-bca44d70ee12	6	domnaer.reintegration.match_accepted.v1	2014-06-24 02:00:00+00	2026-11-29 06:08:03.160124+00	2026-11-29 06:08:03.16127+00	{"recorded":{"by":"counsellor-battambang","office":"NEA-02","how":"live","precision":"second"},"match_id":"01974d80-0000-7000-8000-000000000001"}	\N	[]	01a225ea-ee54-7615-b676-50f6263e0eac	\N	00-01a225eaee547615b67650f6263e0eac-6f7a7f89c5850e95-00
8	879	01a225ea-ee5f-71da-ad53-4c6dd39b6382	reintegration-case-49af1319-a55c-5619-8ad4-bca44d70ee12	7	domnaer.reintegration.worker_placed.v1	2014-07-01 02:00:00+00	2026-11-29 06:08:03.168965+00	2026-11-29 06:08:03.169863+00	{"recorded":{"by":"counsellor-battambang","office":"NEA-02","how":"live","precision":"second"},"match_id":"01974d80-0000-7000-8000-000000000001","occupation":"7112","province":"02","starts_on":"2014-07-01"}	\N	[]	01a225ea-ee5e-72c9-9b03-beef8183b7fb	\N	00-01a225eaee5e72c99b03beef8183b7fb-e72508d55246adbc-00
9	884	01a225ea-ee6a-73b1-be2e-dd54fed64c39	reintegration-case-49af1319-a55c-5619-8ad4-bca44d70ee12	8	domnaer.reintegration.referred_for_recognition.v1	2014-07-02 02:00:00+00	2026-11-29 06:08:03.178811+00	2026-11-29 06:08:03.179209+00	{"recorded":{"by":"counsellor-battambang","office":"NEA-02","how":"live","precision":"second"},"occupation":"7112"}	\N	[]	01a225ea-ee69-737a-b6c4-cc4dbce76a38	\N	00-01a225eaee69737ab6c4cc4dbce76a38-6c349ca809c9a1e4-00
10	918	051460e0-cd15-5161-ab0a-dac9ed3796ca	reintegration-case-55e8a85b-878d-5609-9389-7931b104fb42	1	domnaer.reintegration.reintegration_case_opened.v1	2013-01-10 02:00:00+00	2026-11-29 06:08:03.886023+00	2026-11-29 06:08:03.916665+00	{"recorded":{"by":"reintegration","office":"NEA","how":"live","precision":"second"},"sex":1,"age_band":"unknown","home_province":"02","about":"crossing-01a225ea-f12e-71bc-852a-9c10cada83ce","return_event_id":"01a225ea-f12e-71bc-852a-9c10cada83ce","returned_from":"THA","deported":false}	{"form":"clear","evidence_id":"01a225ea-f12e-71bc-852a-9c10cada83ce","documents":[{"kind":"passport","number":"N1000005","issued_by":"KHM"}],"name":{"khmer":"ពេជ្រ រតនៈ","latin":"PICH RATANAK"},"relatives":[],"words":{}}	["9517dc1b4dd6b8c19f02c1113fab97bf"]	01a225ea-f12d-74e3-a883-8c72e8712ef7	01a225ea-f12e-71bc-852a-9c10cada83ce	00-01a225eaf12d74e3a8838c72e8712ef7-722d2a019275e33b-00
11	939	f9374d51-a6bc-5fb2-9690-adb7e33abefd	reintegration-case-04934344-5c52-5853-bb84-396066b42607	1	domnaer.reintegration.reintegration_case_opened.v1	2013-12-10 02:00:00+00	2026-11-29 06:08:04.588255+00	2026-11-29 06:08:04.603095+00	{"recorded":{"by":"reintegration","office":"NEA","how":"live","precision":"second"},"sex":1,"age_band":"unknown","home_province":"02","about":"crossing-01a225ea-f3ec-770a-bacd-d13eca53dead","return_event_id":"01a225ea-f3ec-770a-bacd-d13eca53dead","returned_from":"THA","deported":false}	{"form":"clear","evidence_id":"01a225ea-f3ec-770a-bacd-d13eca53dead","documents":[{"kind":"passport","number":"N1000005","issued_by":"KHM"}],"name":{"khmer":"ពេជ្រ រតនៈ","latin":"PICH RATANAK"},"relatives":[],"words":{}}	["9517dc1b4dd6b8c19f02c1113fab97bf"]	01a225ea-f3eb-70bb-9333-a6be81532c30	01a225ea-f3ec-770a-bacd-d13eca53dead	00-01a225eaf3eb70bb9333a6be81532c30-8748207b225253fc-00
12	958	8f2221ee-fe09-5a95-9646-42a6634da361	reintegration-case-a4f55be6-f4d8-5333-bbd0-bd5565457083	1	domnaer.reintegration.reintegration_case_opened.v1	2013-09-21 02:00:00+00	2026-11-29 06:08:04.628068+00	2026-11-29 06:08:04.64135+00	{"recorded":{"by":"reintegration","office":"NEA","how":"live","precision":"second"},"sex":2,"age_band":"unknown","home_province":"21","about":"crossing-01a225ea-f414-71ea-be94-f2116fb384d1","return_event_id":"01a225ea-f414-71ea-be94-f2116fb384d1","returned_from":"THA","deported":false}	{"form":"clear","evidence_id":"01a225ea-f414-71ea-be94-f2116fb384d1","documents":[{"kind":"passport","number":"N1000003","issued_by":"KHM"}],"name":{"khmer":"ឡុង ចន្ទ្រា","latin":"LONG CHANTREA"},"relatives":[],"words":{}}	["e11be0b1b47b4b935c50720a95e59100"]	01a225ea-f413-74f9-b32a-f18c13e2fc69	01a225ea-f414-71ea-be94-f2116fb384d1	00-01a225eaf41374f9b32af18c13e2fc69-31b3a43b5b39babb-00
16	1012	01a225ea-faf0-71e9-ae1d-6045db894fc7	reintegration-case-3bdf3616-31fe-52a6-a12a-aaea81881368	2	domnaer.reintegration.reintegration_case_closed.v1	2014-05-01 02:00:00+00	2026-11-29 06:08:06.385389+00	2026-11-29 06:08:06.385766+00	{"recorded":{"by":"counsellor-poipet","office":"NEA-01","how":"live","precision":"second"},"outcome":"self_employed"}	\N	[]	01a225ea-faef-752d-81d9-090285e084e1	\N	00-01a225eafaef752d81d9090285e084e1-678d4056048e8668-00
13	986	918ef991-ad6d-5794-be08-6d2e1757b476	reintegration-case-3bdf3616-31fe-52a6-a12a-aaea81881368	1	domnaer.reintegration.reintegration_case_opened.v1	2014-04-02 02:00:00+00	2026-11-29 06:08:04.862217+00	2026-11-29 06:08:04.887239+00	{"recorded":{"by":"reintegration","office":"NEA","how":"live","precision":"second"},"sex":1,"age_band":"20-24","home_province":"01","about":"crossing-01a225ea-f4fe-76db-8c19-c4fe5c6eba9b","return_event_id":"01a225ea-f4fe-76db-8c19-c4fe5c6eba9b","returned_from":"THA","deported":false}	{"form":"clear","evidence_id":"01a225ea-f4fe-76db-8c19-c4fe5c6eba9b","documents":[{"kind":"passport","number":"N1000002","issued_by":"KHM"}],"name":{"khmer":"ទូច វាសនា","latin":"TOUCH VEASNA"},"birth":{"on":"1990-01-01","precision":"year"},"relatives":[],"words":{}}	["8c3a08f43fcf7a020c81c313bf307c8e"]	01a225ea-f4fd-765f-aed5-2571e08c169c	01a225ea-f4fe-76db-8c19-c4fe5c6eba9b	00-01a225eaf4fd765faed52571e08c169c-6d3bd2cf0b3b7760-00
14	988	921e02eb-86db-5710-90ee-89421d389d86	reintegration-case-09017f3d-4f5d-54e5-a1d3-619ee33c64b7	1	domnaer.reintegration.reintegration_case_opened.v1	2014-04-02 02:00:00+00	2026-11-29 06:08:04.867823+00	2026-11-29 06:08:04.894291+00	{"recorded":{"by":"reintegration","office":"NEA","how":"live","precision":"second"},"sex":1,"age_band":"20-24","home_province":"01","about":"crossing-01a225ea-f503-7471-afb1-a5b9fcdfc898","return_event_id":"01a225ea-f503-7471-afb1-a5b9fcdfc898","returned_from":"THA","deported":false}	{"form":"clear","evidence_id":"01a225ea-f503-7471-afb1-a5b9fcdfc898","documents":[{"kind":"passport","number":"N1000002","issued_by":"KHM"}],"name":{"khmer":"ទូច វាសនា","latin":"TOUCH VEASNA"},"birth":{"on":"1990-01-01","precision":"year"},"relatives":[],"words":{}}	["8c3a08f43fcf7a020c81c313bf307c8e"]	01a225ea-f503-7471-afb1-a5b8f28cc0de	01a225ea-f503-7471-afb1-a5b9fcdfc898	00-01a225eaf5037471afb1a5b8f28cc0de-1e22513e378de3e3-00
15	1003	7ca0d279-0aa1-55f1-9c3b-3de9e9462043	reintegration-case-09017f3d-4f5d-54e5-a1d3-619ee33c64b7	2	domnaer.reintegration.reintegration_case_closed.v1	2026-11-29 06:08:05.665227+00	2026-11-29 06:08:05.665228+00	2026-11-29 06:08:05.676944+00	{"recorded":{"by":"reintegration","office":"NEA","how":"live","precision":"second"},"outcome":"return_voided"}	\N	[]	01a225ea-f81f-722f-9993-e17d2bb3cf74	01a225ea-f821-74d5-bcab-7df2781546cf	00-01a225eaf81f722f9993e17d2bb3cf74-a7d61f15a7089bad-00
17	1028	ac0d84ba-d4df-56ba-b9ab-e0baba42f327	reintegration-case-6dbb1189-8a2e-5d79-b166-45da09ce5b90	1	domnaer.reintegration.reintegration_case_opened.v1	2014-06-13 02:00:00+00	2026-11-29 06:08:06.44568+00	2026-11-29 06:08:06.469955+00	{"recorded":{"by":"reintegration","office":"NEA","how":"live","precision":"second"},"sex":2,"age_band":"unknown","about":"crossing-ab96da7b-59f4-5fc0-9a28-cfb287fcd22f","return_event_id":"ab96da7b-59f4-5fc0-9a28-cfb287fcd22f","returned_from":"THA","deported":false}	{"form":"clear","evidence_id":"ab96da7b-59f4-5fc0-9a28-cfb287fcd22f","documents":[{"kind":"passport","number":"N2000007","issued_by":"KHM"}],"name":{"khmer":"ម៉ៅ","latin":"MAO NARY"},"relatives":[],"words":{}}	["77b23530ee900e26968a933ccdf44751"]	01a225ea-fb03-75b6-b193-da5eefd579d9	ab96da7b-59f4-5fc0-9a28-cfb287fcd22f	00-01a225eafaf37037a327335d4dde79f6-b844875b3aa2ab27-00
18	1028	53a6585d-65be-56cc-8973-64331aa515fe	reintegration-case-9dff2a68-74c6-53a1-9b08-e8a449eaf420	1	domnaer.reintegration.reintegration_case_opened.v1	2014-06-13 02:00:00+00	2026-11-29 06:08:06.44568+00	2026-11-29 06:08:06.469986+00	{"recorded":{"by":"reintegration","office":"NEA","how":"live","precision":"second"},"sex":2,"age_band":"unknown","about":"crossing-b1060dd9-4c8e-55b1-b286-e6e5e9e7b46b","return_event_id":"b1060dd9-4c8e-55b1-b286-e6e5e9e7b46b","returned_from":"THA","deported":false}	{"form":"clear","evidence_id":"b1060dd9-4c8e-55b1-b286-e6e5e9e7b46b","documents":[{"kind":"passport","number":"N2000002","issued_by":"KHM"}],"name":{"khmer":"ម៉ៅ","latin":"MAO THIDA"},"relatives":[],"words":{}}	["0a0c5c13d6d028c7e7af951cec60050a"]	01a225ea-fb03-75b6-b193-da5eefd579d9	b1060dd9-4c8e-55b1-b286-e6e5e9e7b46b	00-01a225eafaf37037a327335d4dde79f6-b844875b3aa2ab27-00
19	1028	6278f5dc-3416-53a8-bdc7-54ac5ca09a89	reintegration-case-bf01a456-5128-5038-ac9c-f063ff8bb155	1	domnaer.reintegration.reintegration_case_opened.v1	2014-06-13 02:00:00+00	2026-11-29 06:08:06.44568+00	2026-11-29 06:08:06.469991+00	{"recorded":{"by":"reintegration","office":"NEA","how":"live","precision":"second"},"sex":2,"age_band":"unknown","about":"crossing-7914fe8f-2381-5a0d-969a-1744f9a5d72e","return_event_id":"7914fe8f-2381-5a0d-969a-1744f9a5d72e","returned_from":"THA","deported":false}	{"form":"clear","evidence_id":"7914fe8f-2381-5a0d-969a-1744f9a5d72e","documents":[{"kind":"passport","number":"N2000006","issued_by":"KHM"}],"name":{"khmer":"ម៉ៅ","latin":"MAO SAMBO"},"relatives":[],"words":{}}	["fdd8b07884408031cbf1970d2e3f1d33"]	01a225ea-fb03-75b6-b193-da5eefd579d9	7914fe8f-2381-5a0d-969a-1744f9a5d72e	00-01a225eafaf37037a327335d4dde79f6-b844875b3aa2ab27-00
20	1028	1c4f5078-67d4-5af5-848c-f86983ae98d4	reintegration-case-42adeeea-6245-5c4b-91d2-5be8b691b044	1	domnaer.reintegration.reintegration_case_opened.v1	2014-06-13 02:00:00+00	2026-11-29 06:08:06.44568+00	2026-11-29 06:08:06.469994+00	{"recorded":{"by":"reintegration","office":"NEA","how":"live","precision":"second"},"sex":2,"age_band":"unknown","about":"crossing-2d463614-3a68-5e71-a20e-8f6e37d08fcd","return_event_id":"2d463614-3a68-5e71-a20e-8f6e37d08fcd","returned_from":"THA","deported":false}	{"form":"clear","evidence_id":"2d463614-3a68-5e71-a20e-8f6e37d08fcd","documents":[{"kind":"passport","number":"N2000003","issued_by":"KHM"}],"name":{"khmer":"ម៉ៅ","latin":"MAO VICHET"},"relatives":[],"words":{}}	["9a0780e02a3d1bf8e40e83dc5a58c66c"]	01a225ea-fb03-75b6-b193-da5eefd579d9	2d463614-3a68-5e71-a20e-8f6e37d08fcd	00-01a225eafaf37037a327335d4dde79f6-b844875b3aa2ab27-00
21	1028	59349513-e3e8-569a-94f6-8ed6219dd879	reintegration-case-01a83247-4478-5e76-adc5-4cb8b0e6ea11	1	domnaer.reintegration.reintegration_case_opened.v1	2014-06-13 02:00:00+00	2026-11-29 06:08:06.44568+00	2026-11-29 06:08:06.469996+00	{"recorded":{"by":"reintegration","office":"NEA","how":"live","precision":"second"},"sex":2,"age_band":"unknown","about":"crossing-bfeea813-fc2a-5b60-b398-682eaf552852","return_event_id":"bfeea813-fc2a-5b60-b398-682eaf552852","returned_from":"THA","deported":false}	{"form":"clear","evidence_id":"bfeea813-fc2a-5b60-b398-682eaf552852","documents":[{"kind":"passport","number":"N2000004","issued_by":"KHM"}],"name":{"khmer":"ម៉ៅ","latin":"MAO KOLAB"},"relatives":[],"words":{}}	["7e7d01aa1d874ed8725e6f3a3cd1c361"]	01a225ea-fb03-75b6-b193-da5eefd579d9	bfeea813-fc2a-5b60-b398-682eaf552852	00-01a225eafaf37037a327335d4dde79f6-b844875b3aa2ab27-00
22	1028	bdc100b1-1410-5970-a95c-e77c4f4622ed	reintegration-case-9cdad96f-3c5a-50fc-9bcb-8c89c9ba5931	1	domnaer.reintegration.reintegration_case_opened.v1	2014-06-13 02:00:00+00	2026-11-29 06:08:06.44568+00	2026-11-29 06:08:06.469999+00	{"recorded":{"by":"reintegration","office":"NEA","how":"live","precision":"second"},"sex":2,"age_band":"unknown","about":"crossing-7eea6cc7-00bd-5f32-b10f-eefe1ecf7ffd","return_event_id":"7eea6cc7-00bd-5f32-b10f-eefe1ecf7ffd","returned_from":"THA","deported":false}	{"form":"clear","evidence_id":"7eea6cc7-00bd-5f32-b10f-eefe1ecf7ffd","documents":[{"kind":"passport","number":"N2000000","issued_by":"KHM"}],"name":{"khmer":"ម៉ៅ","latin":"MAO SOPHY"},"relatives":[],"words":{}}	["b1022898c7441838a998c31a31687f41"]	01a225ea-fb03-75b6-b193-da5eefd579d9	7eea6cc7-00bd-5f32-b10f-eefe1ecf7ffd	00-01a225eafaf37037a327335d4dde79f6-b844875b3aa2ab27-00
23	1028	30f34d4f-dded-5e12-a558-f88a80bb7be4	reintegration-case-5e909532-2f7a-531c-a943-f4ef2e7f700f	1	domnaer.reintegration.reintegration_case_opened.v1	2014-06-13 02:00:00+00	2026-11-29 06:08:06.44568+00	2026-11-29 06:08:06.470002+00	{"recorded":{"by":"reintegration","office":"NEA","how":"live","precision":"second"},"sex":2,"age_band":"unknown","about":"crossing-84fdcd01-3c63-5e33-9529-21b3b9f98d39","return_event_id":"84fdcd01-3c63-5e33-9529-21b3b9f98d39","returned_from":"THA","deported":false}	{"form":"clear","evidence_id":"84fdcd01-3c63-5e33-9529-21b3b9f98d39","documents":[{"kind":"passport","number":"N2000001","issued_by":"KHM"}],"name":{"khmer":"ម៉ៅ","latin":"MAO RITHY"},"relatives":[],"words":{}}	["c4fe448632b04d1083f3ff6826f2e339"]	01a225ea-fb03-75b6-b193-da5eefd579d9	84fdcd01-3c63-5e33-9529-21b3b9f98d39	00-01a225eafaf37037a327335d4dde79f6-b844875b3aa2ab27-00
\.


--
-- Data for Name: heard; Type: TABLE DATA; Schema: public; Owner: reintegration_owner
--

COPY public.heard (reader, stream, version, event_id, type, occurred_at, recorded_at, facts, person, handles, nodes, correlation_id) FROM stdin;
reintegration.experience	employment-contract-01a225ea-dfef-711a-b26f-410ab654ea33	1	01a225ea-dfef-711a-b26f-410ab654ea33	domnaer.recruitment.employment_contract_registered.v1	2013-03-01 02:00:00+00	2026-11-29 06:07:59.471025+00	{"recorded":{"by":"clerk","office":"AGENCY","how":"live","precision":"second"},"sex":2,"age_band":"25-29","home_province":"02","agency_id":"00fd82ba-b500-75a6-8925-ee9b8c37bd13","employer_id":"0d8c2a4e-5b0f-4c58-9a53-0e6d5f3f7c11","terms":{"destination":"THA","sector":"F","occupation":"7112","wage":{"amount":"280","currency":"THB"},"wage_period":"day","starts_on":"2013-04-01","ends_on":"2015-03-31","clauses":[]}}	\N	["9b36f6c2bcd197cee417f9a8c5175323"]	{01a225ea-dfef-711a-b26f-410ab654ea33,9b36f6c2-bcd1-97ce-e417-f9a8c5175323}	01a225ea-dfed-77a9-af86-51cc4c15ca3f
reintegration.experience	employment-contract-01a225ea-dfef-711a-b26f-410ab654ea33	3	01a225ea-e2b6-7092-9382-0090cd005eb9	domnaer.recruitment.employment_contract_amended.v1	2013-03-05 02:00:00+00	2026-11-29 06:08:00.182397+00	{"recorded":{"by":"clerk","office":"AGENCY","how":"live","precision":"second"},"terms":{"destination":"THA","sector":"F","occupation":"7112","wage":{"amount":"300","currency":"THB"},"wage_period":"day","starts_on":"2013-04-01","ends_on":"2015-03-31","clauses":[]}}	\N	[]	{01a225ea-dfef-711a-b26f-410ab654ea33}	01a225ea-e2b5-712f-9023-ebe38eb4816f
reintegration.returns	crossing-01a225ea-e5ad-7096-892d-56f6a1058428	1	01a225ea-e5ad-7096-892d-56f6a1058428	domnaer.border.worker_deported.v1	2014-06-12 02:00:00+00	2026-11-29 06:08:00.941536+00	{"recorded":{"by":"officer","office":"KH-POI","how":"live","precision":"second"},"sex":2,"age_band":"25-29","home_province":"02","checkpoint":"KH-POI","documents_shown":["passport"],"vehicle":"lorry","returned_from":"THA","authority":"immigration","handover_id":"01a225ea-e5a8-7498-a6c2-8c8f376e0638"}	{"form":"clear","evidence_id":"01a225ea-e5ad-7096-892d-56f6a1058428","documents":[{"kind":"passport","number":"N1000001","issued_by":"KHM"}],"name":{"khmer":"ហេង សុម៉ាលី","latin":"HENG SOMALY"},"birth":{"on":"1987-05-23","precision":"day"},"phone":"097700001","relatives":[{"relation":"mother","name":{"latin":"KONG SREYLEAK"}}],"words":{}}	["9b36f6c2bcd197cee417f9a8c5175323"]	{01a225ea-e5ad-7096-892d-56f6a1058428,9b36f6c2-bcd1-97ce-e417-f9a8c5175323}	01a225ea-e5ad-7096-892d-56f5c622a89a
reintegration.experience	application-5bcd220b-e312-5672-8dee-b4e18fdce92f	1	9736e1c0-e2f0-522c-ad4b-baa5fd923cc7	domnaer.skills.recognition_applied.v1	2014-07-02 02:00:00+00	2026-11-29 06:08:03.178812+00	{"recorded":{"by":"skills","office":"NEA","how":"live","precision":"second"},"sex":2,"age_band":"25-29","home_province":"02","about":"reintegration-case-49af1319-a55c-5619-8ad4-bca44d70ee12","occupation":"7112","experience":[{"employment_contract":"employment-contract-01a225ea-dfef-711a-b26f-410ab654ea33","destination":"THA","sector":"F","occupation":"7112","started_on":"2013-04-01","ended_on":"2015-03-31"}]}	\N	["9b36f6c2bcd197cee417f9a8c5175323"]	{49af1319-a55c-5619-8ad4-bca44d70ee12,5bcd220b-e312-5672-8dee-b4e18fdce92f,9b36f6c2-bcd1-97ce-e417-f9a8c5175323}	01a225ea-ee69-737a-b6c4-cc4dbce76a38
reintegration.experience	application-5bcd220b-e312-5672-8dee-b4e18fdce92f	4	01a225ea-f126-704b-a965-651a6d441125	domnaer.skills.skills_recognised.v1	2014-07-13 02:00:00+00	2026-11-29 06:08:03.878874+00	{"recorded":{"by":"assessor","office":"SKILLS","how":"live","precision":"second"},"occupation":"7112","level":2}	\N	[]	{5bcd220b-e312-5672-8dee-b4e18fdce92f}	01a225ea-f126-704b-a965-651978653421
reintegration.returns	crossing-01a225ea-f12e-71bc-852a-9c10cada83ce	1	01a225ea-f12e-71bc-852a-9c10cada83ce	domnaer.border.worker_returned.v1	2013-01-10 02:00:00+00	2026-11-29 06:08:03.886022+00	{"recorded":{"by":"officer","office":"KH-POI","how":"live","precision":"second"},"sex":1,"age_band":"unknown","home_province":"02","checkpoint":"KH-POI","documents_shown":["passport"],"vehicle":"on_foot","returned_from":"THA","reason":"visit_home"}	{"form":"clear","evidence_id":"01a225ea-f12e-71bc-852a-9c10cada83ce","documents":[{"kind":"passport","number":"N1000005","issued_by":"KHM"}],"name":{"khmer":"ពេជ្រ រតនៈ","latin":"PICH RATANAK"},"relatives":[],"words":{}}	["9517dc1b4dd6b8c19f02c1113fab97bf"]	{01a225ea-f12e-71bc-852a-9c10cada83ce,9517dc1b-4dd6-b8c1-9f02-c1113fab97bf}	01a225ea-f12d-74e3-a883-8c72e8712ef7
reintegration.returns	crossing-01a225ea-f3ec-770a-bacd-d13eca53dead	1	01a225ea-f3ec-770a-bacd-d13eca53dead	domnaer.border.worker_returned.v1	2013-12-10 02:00:00+00	2026-11-29 06:08:04.588254+00	{"recorded":{"by":"officer","office":"KH-POI","how":"live","precision":"second"},"sex":1,"age_band":"unknown","home_province":"02","checkpoint":"KH-POI","documents_shown":["passport"],"vehicle":"on_foot","returned_from":"THA","reason":"family"}	{"form":"clear","evidence_id":"01a225ea-f3ec-770a-bacd-d13eca53dead","documents":[{"kind":"passport","number":"N1000005","issued_by":"KHM"}],"name":{"khmer":"ពេជ្រ រតនៈ","latin":"PICH RATANAK"},"relatives":[],"words":{}}	["9517dc1b4dd6b8c19f02c1113fab97bf"]	{01a225ea-f3ec-770a-bacd-d13eca53dead,9517dc1b-4dd6-b8c1-9f02-c1113fab97bf}	01a225ea-f3eb-70bb-9333-a6be81532c30
reintegration.returns	crossing-01a225ea-f414-71ea-be94-f2116fb384d1	1	01a225ea-f414-71ea-be94-f2116fb384d1	domnaer.border.worker_returned.v1	2013-09-21 02:00:00+00	2026-11-29 06:08:04.628067+00	{"recorded":{"by":"officer","office":"KH-POI","how":"live","precision":"second"},"sex":2,"age_band":"unknown","home_province":"21","checkpoint":"KH-POI","documents_shown":["passport"],"vehicle":"on_foot","returned_from":"THA","reason":"illness_or_injury"}	{"form":"clear","evidence_id":"01a225ea-f414-71ea-be94-f2116fb384d1","documents":[{"kind":"passport","number":"N1000003","issued_by":"KHM"}],"name":{"khmer":"ឡុង ចន្ទ្រា","latin":"LONG CHANTREA"},"relatives":[],"words":{}}	["e11be0b1b47b4b935c50720a95e59100"]	{01a225ea-f414-71ea-be94-f2116fb384d1,e11be0b1-b47b-4b93-5c50-720a95e59100}	01a225ea-f413-74f9-b32a-f18c13e2fc69
reintegration.experience	employment-contract-01a225ea-f4ef-7639-b1d9-87692fc2cbbe	1	01a225ea-f4ef-7639-b1d9-87692fc2cbbe	domnaer.recruitment.employment_contract_registered.v1	2013-03-02 02:00:00+00	2026-11-29 06:08:04.847211+00	{"recorded":{"by":"clerk","office":"AGENCY","how":"live","precision":"second"},"sex":1,"age_band":"20-24","home_province":"01","agency_id":"00fd82ba-b500-75a6-8925-ee9b8c37bd13","employer_id":"0d8c2a4e-5b0f-4c58-9a53-0e6d5f3f7c11","terms":{"destination":"THA","sector":"F","occupation":"7112","wage":{"amount":"310","currency":"THB"},"wage_period":"day","starts_on":"2013-04-01","ends_on":"2014-03-31","clauses":[]}}	\N	["8c3a08f43fcf7a020c81c313bf307c8e"]	{01a225ea-f4ef-7639-b1d9-87692fc2cbbe,8c3a08f4-3fcf-7a02-0c81-c313bf307c8e}	01a225ea-f4ee-766d-9d14-9ccdb96266ef
reintegration.returns	crossing-01a225ea-f4fe-76db-8c19-c4fe5c6eba9b	1	01a225ea-f4fe-76db-8c19-c4fe5c6eba9b	domnaer.border.worker_returned.v1	2014-04-02 02:00:00+00	2026-11-29 06:08:04.862216+00	{"recorded":{"by":"officer","office":"KH-POI","how":"live","precision":"second"},"sex":1,"age_band":"20-24","home_province":"01","checkpoint":"KH-POI","documents_shown":["passport"],"vehicle":"on_foot","returned_from":"THA","reason":"contract_completed"}	{"form":"clear","evidence_id":"01a225ea-f4fe-76db-8c19-c4fe5c6eba9b","documents":[{"kind":"passport","number":"N1000002","issued_by":"KHM"}],"name":{"khmer":"ទូច វាសនា","latin":"TOUCH VEASNA"},"birth":{"on":"1990-01-01","precision":"year"},"relatives":[],"words":{}}	["8c3a08f43fcf7a020c81c313bf307c8e"]	{01a225ea-f4fe-76db-8c19-c4fe5c6eba9b,8c3a08f4-3fcf-7a02-0c81-c313bf307c8e}	01a225ea-f4fd-765f-aed5-2571e08c169c
reintegration.returns	crossing-01a225ea-f503-7471-afb1-a5b9fcdfc898	1	01a225ea-f503-7471-afb1-a5b9fcdfc898	domnaer.border.worker_returned.v1	2014-04-02 02:00:00+00	2026-11-29 06:08:04.867822+00	{"recorded":{"by":"officer","office":"KH-POI","how":"live","precision":"second"},"sex":1,"age_band":"20-24","home_province":"01","checkpoint":"KH-POI","documents_shown":["passport"],"vehicle":"on_foot","returned_from":"THA","reason":"contract_completed"}	{"form":"clear","evidence_id":"01a225ea-f503-7471-afb1-a5b9fcdfc898","documents":[{"kind":"passport","number":"N1000002","issued_by":"KHM"}],"name":{"khmer":"ទូច វាសនា","latin":"TOUCH VEASNA"},"birth":{"on":"1990-01-01","precision":"year"},"relatives":[],"words":{}}	["8c3a08f43fcf7a020c81c313bf307c8e"]	{01a225ea-f503-7471-afb1-a5b9fcdfc898,8c3a08f4-3fcf-7a02-0c81-c313bf307c8e}	01a225ea-f503-7471-afb1-a5b8f28cc0de
reintegration.returns	crossing-01a225ea-f503-7471-afb1-a5b9fcdfc898	2	01a225ea-f821-74d5-bcab-7df2781546cf	domnaer.border.event_voided.v1	2026-11-29 06:08:05.665227+00	2026-11-29 06:08:05.665227+00	{"recorded":{"by":"officer","office":"KH-POI","how":"live","precision":"second"},"names":"01a225ea-f503-7471-afb1-a5b9fcdfc898","named_type":"domnaer.border.worker_returned.v1","first_recorded_at":"2026-11-29T06:08:04.867822Z","reason":"duplicate","formerly":["8c3a08f43fcf7a020c81c313bf307c8e"]}	\N	["8c3a08f43fcf7a020c81c313bf307c8e"]	{01a225ea-f503-7471-afb1-a5b9fcdfc898,8c3a08f4-3fcf-7a02-0c81-c313bf307c8e}	01a225ea-f81f-722f-9993-e17d2bb3cf74
reintegration.returns	crossing-01a225ea-f4fa-74cd-a655-c8c80f6f8d4a	2	01a225ea-fae8-72ec-ad04-ee4770d9d62a	domnaer.border.event_corrected.v1	2013-04-10 02:00:00+00	2026-11-29 06:08:06.376832+00	{"recorded":{"by":"supervisor","office":"SUPERVISION","how":"live","precision":"second"},"names":"01a225ea-f4fa-74cd-a655-c8c80f6f8d4a","named_type":"domnaer.border.worker_departed.v1","first_recorded_at":"2026-11-29T06:08:04.858832Z","reason":"wrong_time","formerly":["8c3a08f43fcf7a020c81c313bf307c8e"],"keeps_person":true,"restated":{"type":"domnaer.border.worker_departed.v1","facts":{"recorded":{"by":"officer","office":"KH-POI","how":"live","precision":"second"},"sex":1,"age_band":"20-24","home_province":"01","checkpoint":"KH-POI","documents_shown":["passport"],"vehicle":"bus","destination":"THA","purpose":"work"}}}	\N	["8c3a08f43fcf7a020c81c313bf307c8e"]	{01a225ea-f4fa-74cd-a655-c8c80f6f8d4a,8c3a08f4-3fcf-7a02-0c81-c313bf307c8e}	01a225ea-fae6-7796-aad9-8b9c6fbb0e5c
reintegration.returns	crossing-ab96da7b-59f4-5fc0-9a28-cfb287fcd22f	1	ab96da7b-59f4-5fc0-9a28-cfb287fcd22f	domnaer.border.worker_returned.v1	2014-06-13 02:00:00+00	2026-11-29 06:08:06.445679+00	{"recorded":{"by":"officer","office":"KH-POI","how":"live","precision":"second"},"sex":2,"age_band":"unknown","checkpoint":"KH-POI","documents_shown":["passport"],"vehicle":"on_foot","returned_from":"THA","reason":"mass_return"}	{"form":"clear","evidence_id":"ab96da7b-59f4-5fc0-9a28-cfb287fcd22f","documents":[{"kind":"passport","number":"N2000007","issued_by":"KHM"}],"name":{"khmer":"ម៉ៅ","latin":"MAO NARY"},"relatives":[],"words":{}}	["77b23530ee900e26968a933ccdf44751"]	{77b23530-ee90-0e26-968a-933ccdf44751,ab96da7b-59f4-5fc0-9a28-cfb287fcd22f}	01a225ea-fb03-75b6-b193-da5eefd579d9
reintegration.returns	crossing-b1060dd9-4c8e-55b1-b286-e6e5e9e7b46b	1	b1060dd9-4c8e-55b1-b286-e6e5e9e7b46b	domnaer.border.worker_returned.v1	2014-06-13 02:00:00+00	2026-11-29 06:08:06.445679+00	{"recorded":{"by":"officer","office":"KH-POI","how":"live","precision":"second"},"sex":2,"age_band":"unknown","checkpoint":"KH-POI","documents_shown":["passport"],"vehicle":"on_foot","returned_from":"THA","reason":"mass_return"}	{"form":"clear","evidence_id":"b1060dd9-4c8e-55b1-b286-e6e5e9e7b46b","documents":[{"kind":"passport","number":"N2000002","issued_by":"KHM"}],"name":{"khmer":"ម៉ៅ","latin":"MAO THIDA"},"relatives":[],"words":{}}	["0a0c5c13d6d028c7e7af951cec60050a"]	{0a0c5c13-d6d0-28c7-e7af-951cec60050a,b1060dd9-4c8e-55b1-b286-e6e5e9e7b46b}	01a225ea-fb03-75b6-b193-da5eefd579d9
reintegration.returns	crossing-7914fe8f-2381-5a0d-969a-1744f9a5d72e	1	7914fe8f-2381-5a0d-969a-1744f9a5d72e	domnaer.border.worker_returned.v1	2014-06-13 02:00:00+00	2026-11-29 06:08:06.445679+00	{"recorded":{"by":"officer","office":"KH-POI","how":"live","precision":"second"},"sex":2,"age_band":"unknown","checkpoint":"KH-POI","documents_shown":["passport"],"vehicle":"on_foot","returned_from":"THA","reason":"mass_return"}	{"form":"clear","evidence_id":"7914fe8f-2381-5a0d-969a-1744f9a5d72e","documents":[{"kind":"passport","number":"N2000006","issued_by":"KHM"}],"name":{"khmer":"ម៉ៅ","latin":"MAO SAMBO"},"relatives":[],"words":{}}	["fdd8b07884408031cbf1970d2e3f1d33"]	{7914fe8f-2381-5a0d-969a-1744f9a5d72e,fdd8b078-8440-8031-cbf1-970d2e3f1d33}	01a225ea-fb03-75b6-b193-da5eefd579d9
reintegration.returns	crossing-2d463614-3a68-5e71-a20e-8f6e37d08fcd	1	2d463614-3a68-5e71-a20e-8f6e37d08fcd	domnaer.border.worker_returned.v1	2014-06-13 02:00:00+00	2026-11-29 06:08:06.445679+00	{"recorded":{"by":"officer","office":"KH-POI","how":"live","precision":"second"},"sex":2,"age_band":"unknown","checkpoint":"KH-POI","documents_shown":["passport"],"vehicle":"on_foot","returned_from":"THA","reason":"mass_return"}	{"form":"clear","evidence_id":"2d463614-3a68-5e71-a20e-8f6e37d08fcd","documents":[{"kind":"passport","number":"N2000003","issued_by":"KHM"}],"name":{"khmer":"ម៉ៅ","latin":"MAO VICHET"},"relatives":[],"words":{}}	["9a0780e02a3d1bf8e40e83dc5a58c66c"]	{2d463614-3a68-5e71-a20e-8f6e37d08fcd,9a0780e0-2a3d-1bf8-e40e-83dc5a58c66c}	01a225ea-fb03-75b6-b193-da5eefd579d9
reintegration.returns	crossing-bfeea813-fc2a-5b60-b398-682eaf552852	1	bfeea813-fc2a-5b60-b398-682eaf552852	domnaer.border.worker_returned.v1	2014-06-13 02:00:00+00	2026-11-29 06:08:06.445679+00	{"recorded":{"by":"officer","office":"KH-POI","how":"live","precision":"second"},"sex":2,"age_band":"unknown","checkpoint":"KH-POI","documents_shown":["passport"],"vehicle":"on_foot","returned_from":"THA","reason":"mass_return"}	{"form":"clear","evidence_id":"bfeea813-fc2a-5b60-b398-682eaf552852","documents":[{"kind":"passport","number":"N2000004","issued_by":"KHM"}],"name":{"khmer":"ម៉ៅ","latin":"MAO KOLAB"},"relatives":[],"words":{}}	["7e7d01aa1d874ed8725e6f3a3cd1c361"]	{7e7d01aa-1d87-4ed8-725e-6f3a3cd1c361,bfeea813-fc2a-5b60-b398-682eaf552852}	01a225ea-fb03-75b6-b193-da5eefd579d9
reintegration.returns	crossing-7eea6cc7-00bd-5f32-b10f-eefe1ecf7ffd	1	7eea6cc7-00bd-5f32-b10f-eefe1ecf7ffd	domnaer.border.worker_returned.v1	2014-06-13 02:00:00+00	2026-11-29 06:08:06.445679+00	{"recorded":{"by":"officer","office":"KH-POI","how":"live","precision":"second"},"sex":2,"age_band":"unknown","checkpoint":"KH-POI","documents_shown":["passport"],"vehicle":"on_foot","returned_from":"THA","reason":"mass_return"}	{"form":"clear","evidence_id":"7eea6cc7-00bd-5f32-b10f-eefe1ecf7ffd","documents":[{"kind":"passport","number":"N2000000","issued_by":"KHM"}],"name":{"khmer":"ម៉ៅ","latin":"MAO SOPHY"},"relatives":[],"words":{}}	["b1022898c7441838a998c31a31687f41"]	{7eea6cc7-00bd-5f32-b10f-eefe1ecf7ffd,b1022898-c744-1838-a998-c31a31687f41}	01a225ea-fb03-75b6-b193-da5eefd579d9
reintegration.returns	crossing-84fdcd01-3c63-5e33-9529-21b3b9f98d39	1	84fdcd01-3c63-5e33-9529-21b3b9f98d39	domnaer.border.worker_returned.v1	2014-06-13 02:00:00+00	2026-11-29 06:08:06.445679+00	{"recorded":{"by":"officer","office":"KH-POI","how":"live","precision":"second"},"sex":2,"age_band":"unknown","checkpoint":"KH-POI","documents_shown":["passport"],"vehicle":"on_foot","returned_from":"THA","reason":"mass_return"}	{"form":"clear","evidence_id":"84fdcd01-3c63-5e33-9529-21b3b9f98d39","documents":[{"kind":"passport","number":"N2000001","issued_by":"KHM"}],"name":{"khmer":"ម៉ៅ","latin":"MAO RITHY"},"relatives":[],"words":{}}	["c4fe448632b04d1083f3ff6826f2e339"]	{84fdcd01-3c63-5e33-9529-21b3b9f98d39,c4fe4486-32b0-4d10-83f3-ff6826f2e339}	01a225ea-fb03-75b6-b193-da5eefd579d9
reintegration.experience	employment-contract-01a225ea-f4ef-7639-b1d9-87692fc2cbbe	3	01a225ea-faec-74a1-bb0e-6e8f1980921d	domnaer.recruitment.employment_contract_terminated.v1	2014-04-05 02:00:00+00	2026-11-29 06:08:06.381222+00	{"recorded":{"by":"clerk","office":"AGENCY","how":"live","precision":"second"},"ended_on":"2014-03-31","reason":"completed"}	\N	[]	{01a225ea-f4ef-7639-b1d9-87692fc2cbbe}	01a225ea-faeb-76be-afb6-3e620f875d51
\.


--
-- Data for Name: idempotency; Type: TABLE DATA; Schema: public; Owner: reintegration_owner
--

COPY public.idempotency (caller, key, digest, status, outcome, created_at) FROM stdin;
counsellor-battambang	upgrade-fixture-14	\\x97775438c38066f65d8393bb4a0d31a5	200	{"id":"49af1319-a55c-5619-8ad4-bca44d70ee12","stream":"reintegration-case-49af1319-a55c-5619-8ad4-bca44d70ee12","version":2,"events":["01a225ea-ee20-73d6-9340-55d5047c319e"]}	2026-11-29 06:08:03.109606+00
counsellor-battambang	upgrade-fixture-15	\\x1a243303cdd5b00b6c75f0942356baff	200	{"id":"49af1319-a55c-5619-8ad4-bca44d70ee12","stream":"reintegration-case-49af1319-a55c-5619-8ad4-bca44d70ee12","version":3,"events":["01a225ea-ee2e-7641-b91b-bdfbb8ebf7cf"]}	2026-11-29 06:08:03.126381+00
counsellor-battambang	upgrade-fixture-16	\\x8b44e3107fd7e936c017798ce93d2d87	200	{"id":"49af1319-a55c-5619-8ad4-bca44d70ee12","stream":"reintegration-case-49af1319-a55c-5619-8ad4-bca44d70ee12","version":4,"events":["01a225ea-ee3c-7155-ac43-c71a1d79b73f"]}	2026-11-29 06:08:03.133804+00
counsellor-battambang	upgrade-fixture-17	\\x7eb95ed854db9fd29ae7cb8f0a786b54	201	{"id":"01a225ea-ee42-724e-8747-ecb25d70c2a1","stream":"vacancy-01a225ea-ee42-724e-8747-ecb25d70c2a1","version":1,"events":["01a225ea-ee42-724e-8747-ecb25d70c2a1"]}	2026-11-29 06:08:03.140012+00
counsellor-battambang	upgrade-fixture-18	\\xb338c1052db9ddbc91404f69bb9362da	200	{"id":"49af1319-a55c-5619-8ad4-bca44d70ee12","stream":"reintegration-case-49af1319-a55c-5619-8ad4-bca44d70ee12","version":5,"events":["01a225ea-ee4f-76c3-9fc2-447bac73d138"]}	2026-11-29 06:08:03.152862+00
counsellor-battambang	upgrade-fixture-19	\\xce1d7163755a7b76ab60bc709639837b	200	{"id":"49af1319-a55c-5619-8ad4-bca44d70ee12","stream":"reintegration-case-49af1319-a55c-5619-8ad4-bca44d70ee12","version":6,"events":["01a225ea-ee55-773a-9d6b-cefa5a436a58"]}	2026-11-29 06:08:03.161306+00
counsellor-battambang	upgrade-fixture-20	\\xcd574f9a075bef0873bca944979356c8	200	{"id":"49af1319-a55c-5619-8ad4-bca44d70ee12","stream":"reintegration-case-49af1319-a55c-5619-8ad4-bca44d70ee12","version":7,"events":["01a225ea-ee5f-71da-ad53-4c6dd39b6382"]}	2026-11-29 06:08:03.169899+00
counsellor-battambang	upgrade-fixture-21	\\xfb9de6a0c505d8030311f34574b82c42	200	{"id":"49af1319-a55c-5619-8ad4-bca44d70ee12","stream":"reintegration-case-49af1319-a55c-5619-8ad4-bca44d70ee12","version":8,"events":["01a225ea-ee6a-73b1-be2e-dd54fed64c39"]}	2026-11-29 06:08:03.179247+00
counsellor-poipet	upgrade-fixture-46	\\xf80c95dd4e8bede9d2494ffb6bdf7dcb	200	{"id":"3bdf3616-31fe-52a6-a12a-aaea81881368","stream":"reintegration-case-3bdf3616-31fe-52a6-a12a-aaea81881368","version":2,"events":["01a225ea-faf0-71e9-ae1d-6045db894fc7"]}	2026-11-29 06:08:06.385811+00
\.


--
-- Data for Name: migrations; Type: TABLE DATA; Schema: public; Owner: reintegration_owner
--

COPY public.migrations (name, digest, applied_at) FROM stdin;
chassis.migrations/0001_record.sql	0ca27e7cd91052a910ac62867a6406f893dd4f42ac99444e9f81ea3e3547e00e	2026-11-29 06:07:57.379207+00
chassis.migrations/0002_outcomes.sql	e0f14b33f66aa93a16be8c575dd6182eddfddf9f172fc90184ec4161e3e89278	2026-11-29 06:07:57.414341+00
services.reintegration.migrations/0001_heard.sql	90a380beeb999843ef9a27d50c6e14953311f2f05cda19ec4d8059def0874373	2026-11-29 06:07:57.436521+00
\.


--
-- Data for Name: offsets; Type: TABLE DATA; Schema: public; Owner: reintegration_owner
--

COPY public.offsets (reader, build, topic, partition, incarnation, next_offset, last_id) FROM stdin;
reintegration.experience	0	domnaer.recruitment.v1	0	0	0	\N
reintegration.experience	0	domnaer.recruitment.v1	2	0	0	\N
reintegration.experience	0	domnaer.skills.v1	0	0	0	\N
reintegration.experience	0	domnaer.skills.v1	2	0	0	\N
reintegration.experience	0	domnaer.skills.v1	3	0	0	\N
reintegration.experience	0	domnaer.recruitment.v1	3	1	4	01a225ea-e2b9-7019-aaee-7f042eeefc5b
reintegration.experience	0	domnaer.skills.v1	1	1	4	01a225ea-f126-704b-a965-651a6d441125
reintegration.experience	0	domnaer.recruitment.v1	1	1	3	01a225ea-faec-74a1-bb0e-6e8f1980921d
reintegration.returns	0	domnaer.border.v1	0	1	5	ab96da7b-59f4-5fc0-9a28-cfb287fcd22f
reintegration.returns	0	domnaer.border.v1	1	1	9	84fdcd01-3c63-5e33-9529-21b3b9f98d39
reintegration.returns	0	domnaer.border.v1	2	1	3	7914fe8f-2381-5a0d-969a-1744f9a5d72e
reintegration.returns	0	domnaer.border.v1	3	1	5	bfeea813-fc2a-5b60-b398-682eaf552852
reintegration.who	0	domnaer.registry.who.v1	0	1	13	54c79ef3-9b00-55cd-a572-ff6beca8ee86
reintegration.who	0	domnaer.registry.who.v1	1	1	3	b640c33d-225a-5bad-9fc3-6efaf10002e0
reintegration.who	0	domnaer.registry.who.v1	2	1	13	50e014ad-51ff-5464-a798-dce69a20db5b
reintegration.who	0	domnaer.registry.who.v1	3	1	17	3ffc93c0-7bcc-5c9b-8e3d-7026853e657a
\.


--
-- Data for Name: relays; Type: TABLE DATA; Schema: public; Owner: reintegration_owner
--

COPY public.relays (outlet, topic, incarnation, tx, "position", published, last) FROM stdin;
reintegration.events	domnaer.reintegration.v1	1	1028	23	23	{"2":[10,"59349513-e3e8-569a-94f6-8ed6219dd879"],"1":[5,"30f34d4f-dded-5e12-a558-f88a80bb7be4"],"0":[2,"bdc100b1-1410-5970-a95c-e77c4f4622ed"],"3":[2,"1c4f5078-67d4-5af5-848c-f86983ae98d4"]}
\.


--
-- Data for Name: upload_refusals; Type: TABLE DATA; Schema: public; Owner: reintegration_owner
--

COPY public.upload_refusals (upload_id, row_number, field, value, reason, caller, expires_at) FROM stdin;
\.


--
-- Data for Name: who; Type: TABLE DATA; Schema: public; Owner: reintegration_owner
--

COPY public.who (node, number, revision) FROM stdin;
01a225ea-dfef-711a-b26f-410ab654ea33	A6JEKKMVFZRPY0	1
01a225ea-e58b-7531-a85a-3b3a737ae6e5	A6JEKKMVFZRPY0	1
01a225ea-e5ad-7096-892d-56f6a1058428	A6JEKKMVFZRPY0	1
49af1319-a55c-5619-8ad4-bca44d70ee12	A6JEKKMVFZRPY0	1
9b36f6c2-bcd1-97ce-e417-f9a8c5175323	A6JEKKMVFZRPY0	1
5bcd220b-e312-5672-8dee-b4e18fdce92f	A6JEKKMVFZRPY0	1
c5a49c0c-4da8-f3ca-b36c-10c95cc5caea	D9VGXBVS6M9Q27	1
01a225ea-f12e-71bc-852a-9c10cada83ce	D9VGXBVS6M9Q27	2
01a225ea-f3ec-770a-bacd-d13eca53dead	D9VGXBVS6M9Q27	1
01a225ea-f400-75cc-9b42-078c366bb431	F4R54NQRNGM4E4	1
01a225ea-f414-71ea-be94-f2116fb384d1	F4R54NQRNGM4E4	1
04934344-5c52-5853-bb84-396066b42607	D9VGXBVS6M9Q27	1
55e8a85b-878d-5609-9389-7931b104fb42	D9VGXBVS6M9Q27	2
9517dc1b-4dd6-b8c1-9f02-c1113fab97bf	D9VGXBVS6M9Q27	2
a4f55be6-f4d8-5333-bbd0-bd5565457083	F4R54NQRNGM4E4	1
e11be0b1-b47b-4b93-5c50-720a95e59100	F4R54NQRNGM4E4	1
01a225ea-f4ef-7639-b1d9-87692fc2cbbe	0K0M632P7MV28W	1
01a225ea-f4fe-76db-8c19-c4fe5c6eba9b	0K0M632P7MV28W	1
01a225ea-f503-7471-afb1-a5b9fcdfc898	0K0M632P7MV28W	1
09017f3d-4f5d-54e5-a1d3-619ee33c64b7	0K0M632P7MV28W	1
3bdf3616-31fe-52a6-a12a-aaea81881368	0K0M632P7MV28W	1
8c3a08f4-3fcf-7a02-0c81-c313bf307c8e	0K0M632P7MV28W	1
01a83247-4478-5e76-adc5-4cb8b0e6ea11	9D5S662YJPTW25	1
0a0c5c13-d6d0-28c7-e7af-951cec60050a	FTAW2A86BSJQJX	1
2d463614-3a68-5e71-a20e-8f6e37d08fcd	XE8PEDY63RKWND	1
42adeeea-6245-5c4b-91d2-5be8b691b044	XE8PEDY63RKWND	1
5e909532-2f7a-531c-a943-f4ef2e7f700f	2QS22EF8G97EWX	1
6dbb1189-8a2e-5d79-b166-45da09ce5b90	RGQB1MM12SXJMY	1
77b23530-ee90-0e26-968a-933ccdf44751	RGQB1MM12SXJMY	1
7914fe8f-2381-5a0d-969a-1744f9a5d72e	0HWG0VMG64ZJJG	1
7e7d01aa-1d87-4ed8-725e-6f3a3cd1c361	9D5S662YJPTW25	1
7eea6cc7-00bd-5f32-b10f-eefe1ecf7ffd	V3610B1KZFV5SH	1
84fdcd01-3c63-5e33-9529-21b3b9f98d39	2QS22EF8G97EWX	1
9a0780e0-2a3d-1bf8-e40e-83dc5a58c66c	XE8PEDY63RKWND	1
9cdad96f-3c5a-50fc-9bcb-8c89c9ba5931	V3610B1KZFV5SH	1
9dff2a68-74c6-53a1-9b08-e8a449eaf420	FTAW2A86BSJQJX	1
ab96da7b-59f4-5fc0-9a28-cfb287fcd22f	RGQB1MM12SXJMY	1
b1022898-c744-1838-a998-c31a31687f41	V3610B1KZFV5SH	1
b1060dd9-4c8e-55b1-b286-e6e5e9e7b46b	FTAW2A86BSJQJX	1
bf01a456-5128-5038-ac9c-f063ff8bb155	0HWG0VMG64ZJJG	1
bfeea813-fc2a-5b60-b398-682eaf552852	9D5S662YJPTW25	1
c4fe4486-32b0-4d10-83f3-ff6826f2e339	2QS22EF8G97EWX	1
fdd8b078-8440-8031-cbf1-970d2e3f1d33	0HWG0VMG64ZJJG	1
\.


--
-- Data for Name: vacancies; Type: TABLE DATA; Schema: vacancies_1; Owner: reintegration
--

COPY vacancies_1.vacancies (vacancy_id, stream_version, employer_id, occupation, sector, province, wage_amount, wage_currency, wage_period, places, open_until, registered_at, recorded_at) FROM stdin;
01a225ea-ee42-724e-8747-ecb25d70c2a1	1	1d8c2a4e-5b0f-4c58-9a53-0e6d5f3f7c12	7112	F	02	250.00	USD	month	3	\N	2014-06-02 02:00:00+00	2026-11-29 06:08:03.138071+00
\.


--
-- Name: audit_entry_id_seq; Type: SEQUENCE SET; Schema: public; Owner: reintegration_owner
--

SELECT pg_catalog.setval('public.audit_entry_id_seq', 22, true);


--
-- Name: events_position_seq; Type: SEQUENCE SET; Schema: public; Owner: reintegration_owner
--

SELECT pg_catalog.setval('public.events_position_seq', 23, true);


--
-- Name: cases cases_pkey; Type: CONSTRAINT; Schema: cases_1; Owner: reintegration
--

ALTER TABLE ONLY cases_1.cases
    ADD CONSTRAINT cases_pkey PRIMARY KEY (case_id);


--
-- Name: audit audit_pkey; Type: CONSTRAINT; Schema: public; Owner: reintegration_owner
--

ALTER TABLE ONLY public.audit
    ADD CONSTRAINT audit_pkey PRIMARY KEY (entry_id);


--
-- Name: builds builds_pkey; Type: CONSTRAINT; Schema: public; Owner: reintegration_owner
--

ALTER TABLE ONLY public.builds
    ADD CONSTRAINT builds_pkey PRIMARY KEY (projection, build);


--
-- Name: dead_letters dead_letters_pkey; Type: CONSTRAINT; Schema: public; Owner: reintegration_owner
--

ALTER TABLE ONLY public.dead_letters
    ADD CONSTRAINT dead_letters_pkey PRIMARY KEY (reader, build, event_id);


--
-- Name: discarded_letters discarded_letters_pkey; Type: CONSTRAINT; Schema: public; Owner: reintegration_owner
--

ALTER TABLE ONLY public.discarded_letters
    ADD CONSTRAINT discarded_letters_pkey PRIMARY KEY (reader, event_id);


--
-- Name: events events_event_id; Type: CONSTRAINT; Schema: public; Owner: reintegration_owner
--

ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_event_id UNIQUE (event_id);


--
-- Name: events events_stream_version; Type: CONSTRAINT; Schema: public; Owner: reintegration_owner
--

ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_stream_version PRIMARY KEY (stream, version);


--
-- Name: heard heard_pkey; Type: CONSTRAINT; Schema: public; Owner: reintegration_owner
--

ALTER TABLE ONLY public.heard
    ADD CONSTRAINT heard_pkey PRIMARY KEY (reader, stream, version);


--
-- Name: idempotency idempotency_key; Type: CONSTRAINT; Schema: public; Owner: reintegration_owner
--

ALTER TABLE ONLY public.idempotency
    ADD CONSTRAINT idempotency_key PRIMARY KEY (caller, key);


--
-- Name: migrations migrations_pkey; Type: CONSTRAINT; Schema: public; Owner: reintegration_owner
--

ALTER TABLE ONLY public.migrations
    ADD CONSTRAINT migrations_pkey PRIMARY KEY (name);


--
-- Name: offsets offsets_pkey; Type: CONSTRAINT; Schema: public; Owner: reintegration_owner
--

ALTER TABLE ONLY public.offsets
    ADD CONSTRAINT offsets_pkey PRIMARY KEY (reader, build, topic, partition);


--
-- Name: relays relays_pkey; Type: CONSTRAINT; Schema: public; Owner: reintegration_owner
--

ALTER TABLE ONLY public.relays
    ADD CONSTRAINT relays_pkey PRIMARY KEY (outlet);


--
-- Name: upload_refusals upload_refusals_pkey; Type: CONSTRAINT; Schema: public; Owner: reintegration_owner
--

ALTER TABLE ONLY public.upload_refusals
    ADD CONSTRAINT upload_refusals_pkey PRIMARY KEY (upload_id, row_number, field);


--
-- Name: who who_pkey; Type: CONSTRAINT; Schema: public; Owner: reintegration_owner
--

ALTER TABLE ONLY public.who
    ADD CONSTRAINT who_pkey PRIMARY KEY (node);


--
-- Name: vacancies vacancies_pkey; Type: CONSTRAINT; Schema: vacancies_1; Owner: reintegration
--

ALTER TABLE ONLY vacancies_1.vacancies
    ADD CONSTRAINT vacancies_pkey PRIMARY KEY (vacancy_id);


--
-- Name: cases_accepted; Type: INDEX; Schema: cases_1; Owner: reintegration
--

CREATE INDEX cases_accepted ON cases_1.cases USING gin (string_to_array(accepted, ' '::text)) WHERE (accepted <> ''::text);


--
-- Name: cases_closed; Type: INDEX; Schema: cases_1; Owner: reintegration
--

CREATE INDEX cases_closed ON cases_1.cases USING btree (closed_at, case_id) WHERE (outcome IS NOT NULL);


--
-- Name: cases_of_counsellor; Type: INDEX; Schema: cases_1; Owner: reintegration
--

CREATE INDEX cases_of_counsellor ON cases_1.cases USING btree (counsellor, queue_on, case_id) WHERE (outcome IS NULL);


--
-- Name: cases_queue; Type: INDEX; Schema: cases_1; Owner: reintegration
--

CREATE INDEX cases_queue ON cases_1.cases USING btree (queue_on, case_id) WHERE (outcome IS NULL);


--
-- Name: builds_one_live; Type: INDEX; Schema: public; Owner: reintegration_owner
--

CREATE UNIQUE INDEX builds_one_live ON public.builds USING btree (projection) WHERE (state = 'live'::text);


--
-- Name: events_gate; Type: INDEX; Schema: public; Owner: reintegration_owner
--

CREATE INDEX events_gate ON public.events USING btree (tx, "position");


--
-- Name: heard_by_node; Type: INDEX; Schema: public; Owner: reintegration_owner
--

CREATE INDEX heard_by_node ON public.heard USING gin (nodes);


--
-- Name: idempotency_created; Type: INDEX; Schema: public; Owner: reintegration_owner
--

CREATE INDEX idempotency_created ON public.idempotency USING btree (created_at);


--
-- Name: who_by_number; Type: INDEX; Schema: public; Owner: reintegration_owner
--

CREATE INDEX who_by_number ON public.who USING btree (number);


--
-- Name: vacancies_latest; Type: INDEX; Schema: vacancies_1; Owner: reintegration
--

CREATE INDEX vacancies_latest ON vacancies_1.vacancies USING btree (registered_at, vacancy_id);


--
-- Name: DATABASE reintegration; Type: ACL; Schema: -; Owner: reintegration_owner
--

GRANT CREATE,CONNECT ON DATABASE reintegration TO reintegration;


--
-- Name: FUNCTION hold_key(lock bigint); Type: ACL; Schema: public; Owner: reintegration_owner
--

GRANT ALL ON FUNCTION public.hold_key(lock bigint) TO reintegration;


--
-- Name: TABLE audit; Type: ACL; Schema: public; Owner: reintegration_owner
--

GRANT SELECT,INSERT ON TABLE public.audit TO reintegration;


--
-- Name: TABLE builds; Type: ACL; Schema: public; Owner: reintegration_owner
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.builds TO reintegration;


--
-- Name: TABLE dead_letters; Type: ACL; Schema: public; Owner: reintegration_owner
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.dead_letters TO reintegration;


--
-- Name: TABLE discarded_letters; Type: ACL; Schema: public; Owner: reintegration_owner
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.discarded_letters TO reintegration;


--
-- Name: TABLE events; Type: ACL; Schema: public; Owner: reintegration_owner
--

GRANT SELECT,INSERT ON TABLE public.events TO reintegration;


--
-- Name: TABLE heard; Type: ACL; Schema: public; Owner: reintegration_owner
--

GRANT SELECT,INSERT ON TABLE public.heard TO reintegration;


--
-- Name: TABLE idempotency; Type: ACL; Schema: public; Owner: reintegration_owner
--

GRANT SELECT,INSERT,DELETE ON TABLE public.idempotency TO reintegration;


--
-- Name: TABLE offsets; Type: ACL; Schema: public; Owner: reintegration_owner
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.offsets TO reintegration;


--
-- Name: TABLE relays; Type: ACL; Schema: public; Owner: reintegration_owner
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.relays TO reintegration;


--
-- Name: TABLE upload_refusals; Type: ACL; Schema: public; Owner: reintegration_owner
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.upload_refusals TO reintegration;


--
-- Name: TABLE who; Type: ACL; Schema: public; Owner: reintegration_owner
--

GRANT SELECT,INSERT,UPDATE ON TABLE public.who TO reintegration;


--
-- PostgreSQL database dump complete
--

\unrestrict MSQ3aBKxr3ZcBHG3kGa6YZr6OnLJ8Wkxcr2AhEcB8QLvJRBEZKC0hMxzovUIjhA


--
-- PostgreSQL database dump
--

\restrict iIfP17OOx6qqh6ZhNuMTkMSibnfZACrWB5oXtdiOwV11hFFT8u5a72iO9lLQInZ

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
-- Name: skills; Type: DATABASE; Schema: -; Owner: skills_owner
--

CREATE DATABASE skills WITH TEMPLATE = template0 ENCODING = 'UTF8' LOCALE_PROVIDER = builtin LOCALE = 'C' BUILTIN_LOCALE = 'C.UTF-8';


ALTER DATABASE skills OWNER TO skills_owner;

\unrestrict iIfP17OOx6qqh6ZhNuMTkMSibnfZACrWB5oXtdiOwV11hFFT8u5a72iO9lLQInZ
\connect skills
\restrict iIfP17OOx6qqh6ZhNuMTkMSibnfZACrWB5oXtdiOwV11hFFT8u5a72iO9lLQInZ

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
-- Name: applications_1; Type: SCHEMA; Schema: -; Owner: skills
--

CREATE SCHEMA applications_1;


ALTER SCHEMA applications_1 OWNER TO skills;

--
-- Name: hold_key(bigint); Type: FUNCTION; Schema: public; Owner: skills_owner
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


ALTER FUNCTION public.hold_key(lock bigint) OWNER TO skills_owner;

SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: applications; Type: TABLE; Schema: applications_1; Owner: skills
--

CREATE TABLE applications_1.applications (
    application_id uuid NOT NULL,
    stream_version integer NOT NULL,
    status text NOT NULL,
    about text,
    occupation text NOT NULL,
    contracts integer NOT NULL,
    sex smallint NOT NULL,
    age_band text NOT NULL,
    home_province text,
    applied_at timestamp with time zone NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    method text,
    assessed_on date,
    assessed_in text,
    result text,
    appeal_until date,
    recognised_for text,
    level smallint,
    recognised_at timestamp with time zone,
    revoked_at timestamp with time zone,
    revoked_for text
);


ALTER TABLE applications_1.applications OWNER TO skills;

--
-- Name: audit; Type: TABLE; Schema: public; Owner: skills_owner
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


ALTER TABLE public.audit OWNER TO skills_owner;

--
-- Name: audit_entry_id_seq; Type: SEQUENCE; Schema: public; Owner: skills_owner
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
-- Name: builds; Type: TABLE; Schema: public; Owner: skills_owner
--

CREATE TABLE public.builds (
    projection text NOT NULL,
    build integer NOT NULL,
    state text NOT NULL,
    started_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    live_at timestamp with time zone,
    CONSTRAINT builds_state_check CHECK ((state = ANY (ARRAY['building'::text, 'live'::text, 'retired'::text])))
);


ALTER TABLE public.builds OWNER TO skills_owner;

--
-- Name: dead_letters; Type: TABLE; Schema: public; Owner: skills_owner
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


ALTER TABLE public.dead_letters OWNER TO skills_owner;

--
-- Name: discarded_letters; Type: TABLE; Schema: public; Owner: skills_owner
--

CREATE TABLE public.discarded_letters (
    reader text NOT NULL,
    event_id uuid NOT NULL,
    type text NOT NULL,
    reason text NOT NULL,
    discarded_by text NOT NULL,
    discarded_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);


ALTER TABLE public.discarded_letters OWNER TO skills_owner;

--
-- Name: events; Type: TABLE; Schema: public; Owner: skills_owner
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


ALTER TABLE public.events OWNER TO skills_owner;

--
-- Name: events_position_seq; Type: SEQUENCE; Schema: public; Owner: skills_owner
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
-- Name: heard; Type: TABLE; Schema: public; Owner: skills_owner
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


ALTER TABLE public.heard OWNER TO skills_owner;

--
-- Name: idempotency; Type: TABLE; Schema: public; Owner: skills_owner
--

CREATE TABLE public.idempotency (
    caller text NOT NULL,
    key text NOT NULL,
    digest bytea NOT NULL,
    status smallint NOT NULL,
    outcome text NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);


ALTER TABLE public.idempotency OWNER TO skills_owner;

--
-- Name: migrations; Type: TABLE; Schema: public; Owner: skills_owner
--

CREATE TABLE public.migrations (
    name text NOT NULL,
    digest text NOT NULL,
    applied_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);


ALTER TABLE public.migrations OWNER TO skills_owner;

--
-- Name: offsets; Type: TABLE; Schema: public; Owner: skills_owner
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


ALTER TABLE public.offsets OWNER TO skills_owner;

--
-- Name: relays; Type: TABLE; Schema: public; Owner: skills_owner
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


ALTER TABLE public.relays OWNER TO skills_owner;

--
-- Name: upload_refusals; Type: TABLE; Schema: public; Owner: skills_owner
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


ALTER TABLE public.upload_refusals OWNER TO skills_owner;

--
-- Name: who; Type: TABLE; Schema: public; Owner: skills_owner
--

CREATE TABLE public.who (
    node uuid NOT NULL,
    number text NOT NULL,
    revision bigint NOT NULL
);


ALTER TABLE public.who OWNER TO skills_owner;

--
-- Data for Name: applications; Type: TABLE DATA; Schema: applications_1; Owner: skills
--

COPY applications_1.applications (application_id, stream_version, status, about, occupation, contracts, sex, age_band, home_province, applied_at, recorded_at, method, assessed_on, assessed_in, result, appeal_until, recognised_for, level, recognised_at, revoked_at, revoked_for) FROM stdin;
5bcd220b-e312-5672-8dee-b4e18fdce92f	4	recognised	reintegration-case-49af1319-a55c-5619-8ad4-bca44d70ee12	7112	1	2	25-29	02	2014-07-02 02:00:00+00	2026-11-29 06:08:03.178812+00	practical_test	2014-07-12	02	competent	\N	7112	2	2014-07-13 02:00:00+00	\N	\N
\.


--
-- Data for Name: audit; Type: TABLE DATA; Schema: public; Owner: skills_owner
--

COPY public.audit (entry_id, at, tx, caller, office, action, evidence, numbers, detail, correlation) FROM stdin;
1	2026-11-29 06:08:03.864956+00	898	assessor	SKILLS	list_applications	{5bcd220b-e312-5672-8dee-b4e18fdce92f}	{}	{}	01a225ea-f116-7076-bce6-89d767ef9dcf
2	2026-11-29 06:08:03.868935+00	899	assessor	SKILLS	read_application	{01a225ea-e5ad-7096-892d-56f6a1058428}	{A6JEKKMVFZRPY0}	{}	01a225ea-f11a-74e1-9b02-76cb5c7fd046
3	2026-11-29 06:08:03.872671+00	900	assessor	SKILLS	book_assessment	{}	{}	{}	01a225ea-f11e-77b3-9484-04837b7c0126
4	2026-11-29 06:08:03.876362+00	901	assessor	SKILLS	decide_assessment	{}	{}	{}	01a225ea-f122-7032-8313-1e5580f4136d
5	2026-11-29 06:08:03.87922+00	903	assessor	SKILLS	recognise_skills	{}	{}	{}	01a225ea-f126-704b-a965-651978653421
6	2026-11-29 06:08:13.966286+00	1046	registrar	REGISTRY	read_application	{01a225ea-e5ad-7096-892d-56f6a1058428}	{A6JEKKMVFZRPY0}	{}	01a225eb-1889-7122-83e9-0b469df1d99a
\.


--
-- Data for Name: builds; Type: TABLE DATA; Schema: public; Owner: skills_owner
--

COPY public.builds (projection, build, state, started_at, live_at) FROM stdin;
applications	1	live	2026-11-29 06:07:57.47606+00	2026-11-29 06:07:57.47606+00
\.


--
-- Data for Name: dead_letters; Type: TABLE DATA; Schema: public; Owner: skills_owner
--

COPY public.dead_letters (reader, build, event_id, type, topic, partition, at_offset, headers, body, reason, detail, buried_at) FROM stdin;
\.


--
-- Data for Name: discarded_letters; Type: TABLE DATA; Schema: public; Owner: skills_owner
--

COPY public.discarded_letters (reader, event_id, type, reason, discarded_by, discarded_at) FROM stdin;
\.


--
-- Data for Name: events; Type: TABLE DATA; Schema: public; Owner: skills_owner
--

COPY public.events ("position", tx, event_id, stream, version, type, occurred_at, recorded_at, appended_at, facts, person, handles, correlation_id, causation_id, traceparent) FROM stdin;
1	890	9736e1c0-e2f0-522c-ad4b-baa5fd923cc7	application-5bcd220b-e312-5672-8dee-b4e18fdce92f	1	domnaer.skills.recognition_applied.v1	2014-07-02 02:00:00+00	2026-11-29 06:08:03.178812+00	2026-11-29 06:08:03.220041+00	{"recorded":{"by":"skills","office":"NEA","how":"live","precision":"second"},"sex":2,"age_band":"25-29","home_province":"02","about":"reintegration-case-49af1319-a55c-5619-8ad4-bca44d70ee12","occupation":"7112","experience":[{"employment_contract":"employment-contract-01a225ea-dfef-711a-b26f-410ab654ea33","destination":"THA","sector":"F","occupation":"7112","started_on":"2013-04-01","ended_on":"2015-03-31"}]}	{"form":"clear","evidence_id":"01a225ea-e5ad-7096-892d-56f6a1058428","documents":[{"kind":"passport","number":"N1000001","issued_by":"KHM"}],"name":{"khmer":"ហេង សុម៉ាលី","latin":"HENG SOMALY"},"birth":{"on":"1987-05-23","precision":"day"},"phone":"097700001","relatives":[{"relation":"mother","name":{"latin":"KONG SREYLEAK"}}],"words":{}}	["9b36f6c2bcd197cee417f9a8c5175323"]	01a225ea-ee69-737a-b6c4-cc4dbce76a38	01a225ea-ee6a-73b1-be2e-dd54fed64c39	00-01a225eaee69737ab6c4cc4dbce76a38-6c349ca809c9a1e4-00
2	900	01a225ea-f11f-7374-a57b-718e8e664514	application-5bcd220b-e312-5672-8dee-b4e18fdce92f	2	domnaer.skills.assessment_booked.v1	2014-07-10 02:00:00+00	2026-11-29 06:08:03.871435+00	2026-11-29 06:08:03.872644+00	{"recorded":{"by":"assessor","office":"SKILLS","how":"live","precision":"second"},"method":"practical_test","on":"2014-07-12","province":"02"}	\N	[]	01a225ea-f11e-77b3-9484-04837b7c0126	\N	00-01a225eaf11e77b3948404837b7c0126-84a32d3513147b98-00
3	901	01a225ea-f123-77fa-adf9-1f06444bd7a0	application-5bcd220b-e312-5672-8dee-b4e18fdce92f	3	domnaer.skills.assessment_decided.v1	2014-07-12 02:00:00+00	2026-11-29 06:08:03.875632+00	2026-11-29 06:08:03.876341+00	{"recorded":{"by":"assessor","office":"SKILLS","how":"live","precision":"second"},"result":"competent"}	\N	[]	01a225ea-f122-7032-8313-1e5580f4136d	\N	00-01a225eaf122703283131e5580f4136d-6c9bd91ca2beba85-00
4	903	01a225ea-f126-704b-a965-651a6d441125	application-5bcd220b-e312-5672-8dee-b4e18fdce92f	4	domnaer.skills.skills_recognised.v1	2014-07-13 02:00:00+00	2026-11-29 06:08:03.878874+00	2026-11-29 06:08:03.879199+00	{"recorded":{"by":"assessor","office":"SKILLS","how":"live","precision":"second"},"occupation":"7112","level":2}	\N	[]	01a225ea-f126-704b-a965-651978653421	\N	00-01a225eaf126704ba965651978653421-61696e185b73f26c-00
\.


--
-- Data for Name: heard; Type: TABLE DATA; Schema: public; Owner: skills_owner
--

COPY public.heard (reader, stream, version, event_id, type, occurred_at, recorded_at, facts, person, handles, nodes, correlation_id) FROM stdin;
skills.contracts	employment-contract-01a225ea-dfef-711a-b26f-410ab654ea33	1	01a225ea-dfef-711a-b26f-410ab654ea33	domnaer.recruitment.employment_contract_registered.v1	2013-03-01 02:00:00+00	2026-11-29 06:07:59.471025+00	{"recorded":{"by":"clerk","office":"AGENCY","how":"live","precision":"second"},"sex":2,"age_band":"25-29","home_province":"02","agency_id":"00fd82ba-b500-75a6-8925-ee9b8c37bd13","employer_id":"0d8c2a4e-5b0f-4c58-9a53-0e6d5f3f7c11","terms":{"destination":"THA","sector":"F","occupation":"7112","wage":{"amount":"280","currency":"THB"},"wage_period":"day","starts_on":"2013-04-01","ends_on":"2015-03-31","clauses":[]}}	\N	["9b36f6c2bcd197cee417f9a8c5175323"]	{01a225ea-dfef-711a-b26f-410ab654ea33,9b36f6c2-bcd1-97ce-e417-f9a8c5175323}	01a225ea-dfed-77a9-af86-51cc4c15ca3f
skills.contracts	employment-contract-01a225ea-dfef-711a-b26f-410ab654ea33	3	01a225ea-e2b6-7092-9382-0090cd005eb9	domnaer.recruitment.employment_contract_amended.v1	2013-03-05 02:00:00+00	2026-11-29 06:08:00.182397+00	{"recorded":{"by":"clerk","office":"AGENCY","how":"live","precision":"second"},"terms":{"destination":"THA","sector":"F","occupation":"7112","wage":{"amount":"300","currency":"THB"},"wage_period":"day","starts_on":"2013-04-01","ends_on":"2015-03-31","clauses":[]}}	\N	[]	{01a225ea-dfef-711a-b26f-410ab654ea33}	01a225ea-e2b5-712f-9023-ebe38eb4816f
skills.referrals	reintegration-case-49af1319-a55c-5619-8ad4-bca44d70ee12	1	7fc8d2d3-f7ce-5240-9524-4dc2ef494b28	domnaer.reintegration.reintegration_case_opened.v1	2014-06-12 02:00:00+00	2026-11-29 06:08:00.941537+00	{"recorded":{"by":"reintegration","office":"NEA","how":"live","precision":"second"},"sex":2,"age_band":"25-29","home_province":"02","about":"crossing-01a225ea-e5ad-7096-892d-56f6a1058428","return_event_id":"01a225ea-e5ad-7096-892d-56f6a1058428","returned_from":"THA","deported":true}	{"form":"clear","evidence_id":"01a225ea-e5ad-7096-892d-56f6a1058428","documents":[{"kind":"passport","number":"N1000001","issued_by":"KHM"}],"name":{"khmer":"ហេង សុម៉ាលី","latin":"HENG SOMALY"},"birth":{"on":"1987-05-23","precision":"day"},"phone":"097700001","relatives":[{"relation":"mother","name":{"latin":"KONG SREYLEAK"}}],"words":{}}	["9b36f6c2bcd197cee417f9a8c5175323"]	{01a225ea-e5ad-7096-892d-56f6a1058428,49af1319-a55c-5619-8ad4-bca44d70ee12,9b36f6c2-bcd1-97ce-e417-f9a8c5175323}	01a225ea-e5ad-7096-892d-56f5c622a89a
skills.referrals	reintegration-case-49af1319-a55c-5619-8ad4-bca44d70ee12	8	01a225ea-ee6a-73b1-be2e-dd54fed64c39	domnaer.reintegration.referred_for_recognition.v1	2014-07-02 02:00:00+00	2026-11-29 06:08:03.178811+00	{"recorded":{"by":"counsellor-battambang","office":"NEA-02","how":"live","precision":"second"},"occupation":"7112"}	\N	[]	{49af1319-a55c-5619-8ad4-bca44d70ee12}	01a225ea-ee69-737a-b6c4-cc4dbce76a38
skills.referrals	reintegration-case-55e8a85b-878d-5609-9389-7931b104fb42	1	051460e0-cd15-5161-ab0a-dac9ed3796ca	domnaer.reintegration.reintegration_case_opened.v1	2013-01-10 02:00:00+00	2026-11-29 06:08:03.886023+00	{"recorded":{"by":"reintegration","office":"NEA","how":"live","precision":"second"},"sex":1,"age_band":"unknown","home_province":"02","about":"crossing-01a225ea-f12e-71bc-852a-9c10cada83ce","return_event_id":"01a225ea-f12e-71bc-852a-9c10cada83ce","returned_from":"THA","deported":false}	{"form":"clear","evidence_id":"01a225ea-f12e-71bc-852a-9c10cada83ce","documents":[{"kind":"passport","number":"N1000005","issued_by":"KHM"}],"name":{"khmer":"ពេជ្រ រតនៈ","latin":"PICH RATANAK"},"relatives":[],"words":{}}	["9517dc1b4dd6b8c19f02c1113fab97bf"]	{01a225ea-f12e-71bc-852a-9c10cada83ce,55e8a85b-878d-5609-9389-7931b104fb42,9517dc1b-4dd6-b8c1-9f02-c1113fab97bf}	01a225ea-f12d-74e3-a883-8c72e8712ef7
skills.referrals	reintegration-case-04934344-5c52-5853-bb84-396066b42607	1	f9374d51-a6bc-5fb2-9690-adb7e33abefd	domnaer.reintegration.reintegration_case_opened.v1	2013-12-10 02:00:00+00	2026-11-29 06:08:04.588255+00	{"recorded":{"by":"reintegration","office":"NEA","how":"live","precision":"second"},"sex":1,"age_band":"unknown","home_province":"02","about":"crossing-01a225ea-f3ec-770a-bacd-d13eca53dead","return_event_id":"01a225ea-f3ec-770a-bacd-d13eca53dead","returned_from":"THA","deported":false}	{"form":"clear","evidence_id":"01a225ea-f3ec-770a-bacd-d13eca53dead","documents":[{"kind":"passport","number":"N1000005","issued_by":"KHM"}],"name":{"khmer":"ពេជ្រ រតនៈ","latin":"PICH RATANAK"},"relatives":[],"words":{}}	["9517dc1b4dd6b8c19f02c1113fab97bf"]	{01a225ea-f3ec-770a-bacd-d13eca53dead,04934344-5c52-5853-bb84-396066b42607,9517dc1b-4dd6-b8c1-9f02-c1113fab97bf}	01a225ea-f3eb-70bb-9333-a6be81532c30
skills.referrals	reintegration-case-a4f55be6-f4d8-5333-bbd0-bd5565457083	1	8f2221ee-fe09-5a95-9646-42a6634da361	domnaer.reintegration.reintegration_case_opened.v1	2013-09-21 02:00:00+00	2026-11-29 06:08:04.628068+00	{"recorded":{"by":"reintegration","office":"NEA","how":"live","precision":"second"},"sex":2,"age_band":"unknown","home_province":"21","about":"crossing-01a225ea-f414-71ea-be94-f2116fb384d1","return_event_id":"01a225ea-f414-71ea-be94-f2116fb384d1","returned_from":"THA","deported":false}	{"form":"clear","evidence_id":"01a225ea-f414-71ea-be94-f2116fb384d1","documents":[{"kind":"passport","number":"N1000003","issued_by":"KHM"}],"name":{"khmer":"ឡុង ចន្ទ្រា","latin":"LONG CHANTREA"},"relatives":[],"words":{}}	["e11be0b1b47b4b935c50720a95e59100"]	{01a225ea-f414-71ea-be94-f2116fb384d1,a4f55be6-f4d8-5333-bbd0-bd5565457083,e11be0b1-b47b-4b93-5c50-720a95e59100}	01a225ea-f413-74f9-b32a-f18c13e2fc69
skills.contracts	employment-contract-01a225ea-f4ef-7639-b1d9-87692fc2cbbe	1	01a225ea-f4ef-7639-b1d9-87692fc2cbbe	domnaer.recruitment.employment_contract_registered.v1	2013-03-02 02:00:00+00	2026-11-29 06:08:04.847211+00	{"recorded":{"by":"clerk","office":"AGENCY","how":"live","precision":"second"},"sex":1,"age_band":"20-24","home_province":"01","agency_id":"00fd82ba-b500-75a6-8925-ee9b8c37bd13","employer_id":"0d8c2a4e-5b0f-4c58-9a53-0e6d5f3f7c11","terms":{"destination":"THA","sector":"F","occupation":"7112","wage":{"amount":"310","currency":"THB"},"wage_period":"day","starts_on":"2013-04-01","ends_on":"2014-03-31","clauses":[]}}	\N	["8c3a08f43fcf7a020c81c313bf307c8e"]	{01a225ea-f4ef-7639-b1d9-87692fc2cbbe,8c3a08f4-3fcf-7a02-0c81-c313bf307c8e}	01a225ea-f4ee-766d-9d14-9ccdb96266ef
skills.referrals	reintegration-case-3bdf3616-31fe-52a6-a12a-aaea81881368	1	918ef991-ad6d-5794-be08-6d2e1757b476	domnaer.reintegration.reintegration_case_opened.v1	2014-04-02 02:00:00+00	2026-11-29 06:08:04.862217+00	{"recorded":{"by":"reintegration","office":"NEA","how":"live","precision":"second"},"sex":1,"age_band":"20-24","home_province":"01","about":"crossing-01a225ea-f4fe-76db-8c19-c4fe5c6eba9b","return_event_id":"01a225ea-f4fe-76db-8c19-c4fe5c6eba9b","returned_from":"THA","deported":false}	{"form":"clear","evidence_id":"01a225ea-f4fe-76db-8c19-c4fe5c6eba9b","documents":[{"kind":"passport","number":"N1000002","issued_by":"KHM"}],"name":{"khmer":"ទូច វាសនា","latin":"TOUCH VEASNA"},"birth":{"on":"1990-01-01","precision":"year"},"relatives":[],"words":{}}	["8c3a08f43fcf7a020c81c313bf307c8e"]	{01a225ea-f4fe-76db-8c19-c4fe5c6eba9b,3bdf3616-31fe-52a6-a12a-aaea81881368,8c3a08f4-3fcf-7a02-0c81-c313bf307c8e}	01a225ea-f4fd-765f-aed5-2571e08c169c
skills.referrals	reintegration-case-09017f3d-4f5d-54e5-a1d3-619ee33c64b7	1	921e02eb-86db-5710-90ee-89421d389d86	domnaer.reintegration.reintegration_case_opened.v1	2014-04-02 02:00:00+00	2026-11-29 06:08:04.867823+00	{"recorded":{"by":"reintegration","office":"NEA","how":"live","precision":"second"},"sex":1,"age_band":"20-24","home_province":"01","about":"crossing-01a225ea-f503-7471-afb1-a5b9fcdfc898","return_event_id":"01a225ea-f503-7471-afb1-a5b9fcdfc898","returned_from":"THA","deported":false}	{"form":"clear","evidence_id":"01a225ea-f503-7471-afb1-a5b9fcdfc898","documents":[{"kind":"passport","number":"N1000002","issued_by":"KHM"}],"name":{"khmer":"ទូច វាសនា","latin":"TOUCH VEASNA"},"birth":{"on":"1990-01-01","precision":"year"},"relatives":[],"words":{}}	["8c3a08f43fcf7a020c81c313bf307c8e"]	{01a225ea-f503-7471-afb1-a5b9fcdfc898,09017f3d-4f5d-54e5-a1d3-619ee33c64b7,8c3a08f4-3fcf-7a02-0c81-c313bf307c8e}	01a225ea-f503-7471-afb1-a5b8f28cc0de
skills.contracts	employment-contract-01a225ea-f4ef-7639-b1d9-87692fc2cbbe	3	01a225ea-faec-74a1-bb0e-6e8f1980921d	domnaer.recruitment.employment_contract_terminated.v1	2014-04-05 02:00:00+00	2026-11-29 06:08:06.381222+00	{"recorded":{"by":"clerk","office":"AGENCY","how":"live","precision":"second"},"ended_on":"2014-03-31","reason":"completed"}	\N	[]	{01a225ea-f4ef-7639-b1d9-87692fc2cbbe}	01a225ea-faeb-76be-afb6-3e620f875d51
skills.referrals	reintegration-case-5e909532-2f7a-531c-a943-f4ef2e7f700f	1	30f34d4f-dded-5e12-a558-f88a80bb7be4	domnaer.reintegration.reintegration_case_opened.v1	2014-06-13 02:00:00+00	2026-11-29 06:08:06.44568+00	{"recorded":{"by":"reintegration","office":"NEA","how":"live","precision":"second"},"sex":2,"age_band":"unknown","about":"crossing-84fdcd01-3c63-5e33-9529-21b3b9f98d39","return_event_id":"84fdcd01-3c63-5e33-9529-21b3b9f98d39","returned_from":"THA","deported":false}	{"form":"clear","evidence_id":"84fdcd01-3c63-5e33-9529-21b3b9f98d39","documents":[{"kind":"passport","number":"N2000001","issued_by":"KHM"}],"name":{"khmer":"ម៉ៅ","latin":"MAO RITHY"},"relatives":[],"words":{}}	["c4fe448632b04d1083f3ff6826f2e339"]	{5e909532-2f7a-531c-a943-f4ef2e7f700f,84fdcd01-3c63-5e33-9529-21b3b9f98d39,c4fe4486-32b0-4d10-83f3-ff6826f2e339}	01a225ea-fb03-75b6-b193-da5eefd579d9
skills.referrals	reintegration-case-6dbb1189-8a2e-5d79-b166-45da09ce5b90	1	ac0d84ba-d4df-56ba-b9ab-e0baba42f327	domnaer.reintegration.reintegration_case_opened.v1	2014-06-13 02:00:00+00	2026-11-29 06:08:06.44568+00	{"recorded":{"by":"reintegration","office":"NEA","how":"live","precision":"second"},"sex":2,"age_band":"unknown","about":"crossing-ab96da7b-59f4-5fc0-9a28-cfb287fcd22f","return_event_id":"ab96da7b-59f4-5fc0-9a28-cfb287fcd22f","returned_from":"THA","deported":false}	{"form":"clear","evidence_id":"ab96da7b-59f4-5fc0-9a28-cfb287fcd22f","documents":[{"kind":"passport","number":"N2000007","issued_by":"KHM"}],"name":{"khmer":"ម៉ៅ","latin":"MAO NARY"},"relatives":[],"words":{}}	["77b23530ee900e26968a933ccdf44751"]	{6dbb1189-8a2e-5d79-b166-45da09ce5b90,77b23530-ee90-0e26-968a-933ccdf44751,ab96da7b-59f4-5fc0-9a28-cfb287fcd22f}	01a225ea-fb03-75b6-b193-da5eefd579d9
skills.referrals	reintegration-case-9dff2a68-74c6-53a1-9b08-e8a449eaf420	1	53a6585d-65be-56cc-8973-64331aa515fe	domnaer.reintegration.reintegration_case_opened.v1	2014-06-13 02:00:00+00	2026-11-29 06:08:06.44568+00	{"recorded":{"by":"reintegration","office":"NEA","how":"live","precision":"second"},"sex":2,"age_band":"unknown","about":"crossing-b1060dd9-4c8e-55b1-b286-e6e5e9e7b46b","return_event_id":"b1060dd9-4c8e-55b1-b286-e6e5e9e7b46b","returned_from":"THA","deported":false}	{"form":"clear","evidence_id":"b1060dd9-4c8e-55b1-b286-e6e5e9e7b46b","documents":[{"kind":"passport","number":"N2000002","issued_by":"KHM"}],"name":{"khmer":"ម៉ៅ","latin":"MAO THIDA"},"relatives":[],"words":{}}	["0a0c5c13d6d028c7e7af951cec60050a"]	{0a0c5c13-d6d0-28c7-e7af-951cec60050a,9dff2a68-74c6-53a1-9b08-e8a449eaf420,b1060dd9-4c8e-55b1-b286-e6e5e9e7b46b}	01a225ea-fb03-75b6-b193-da5eefd579d9
skills.referrals	reintegration-case-42adeeea-6245-5c4b-91d2-5be8b691b044	1	1c4f5078-67d4-5af5-848c-f86983ae98d4	domnaer.reintegration.reintegration_case_opened.v1	2014-06-13 02:00:00+00	2026-11-29 06:08:06.44568+00	{"recorded":{"by":"reintegration","office":"NEA","how":"live","precision":"second"},"sex":2,"age_band":"unknown","about":"crossing-2d463614-3a68-5e71-a20e-8f6e37d08fcd","return_event_id":"2d463614-3a68-5e71-a20e-8f6e37d08fcd","returned_from":"THA","deported":false}	{"form":"clear","evidence_id":"2d463614-3a68-5e71-a20e-8f6e37d08fcd","documents":[{"kind":"passport","number":"N2000003","issued_by":"KHM"}],"name":{"khmer":"ម៉ៅ","latin":"MAO VICHET"},"relatives":[],"words":{}}	["9a0780e02a3d1bf8e40e83dc5a58c66c"]	{2d463614-3a68-5e71-a20e-8f6e37d08fcd,42adeeea-6245-5c4b-91d2-5be8b691b044,9a0780e0-2a3d-1bf8-e40e-83dc5a58c66c}	01a225ea-fb03-75b6-b193-da5eefd579d9
skills.referrals	reintegration-case-9cdad96f-3c5a-50fc-9bcb-8c89c9ba5931	1	bdc100b1-1410-5970-a95c-e77c4f4622ed	domnaer.reintegration.reintegration_case_opened.v1	2014-06-13 02:00:00+00	2026-11-29 06:08:06.44568+00	{"recorded":{"by":"reintegration","office":"NEA","how":"live","precision":"second"},"sex":2,"age_band":"unknown","about":"crossing-7eea6cc7-00bd-5f32-b10f-eefe1ecf7ffd","return_event_id":"7eea6cc7-00bd-5f32-b10f-eefe1ecf7ffd","returned_from":"THA","deported":false}	{"form":"clear","evidence_id":"7eea6cc7-00bd-5f32-b10f-eefe1ecf7ffd","documents":[{"kind":"passport","number":"N2000000","issued_by":"KHM"}],"name":{"khmer":"ម៉ៅ","latin":"MAO SOPHY"},"relatives":[],"words":{}}	["b1022898c7441838a998c31a31687f41"]	{7eea6cc7-00bd-5f32-b10f-eefe1ecf7ffd,9cdad96f-3c5a-50fc-9bcb-8c89c9ba5931,b1022898-c744-1838-a998-c31a31687f41}	01a225ea-fb03-75b6-b193-da5eefd579d9
skills.referrals	reintegration-case-bf01a456-5128-5038-ac9c-f063ff8bb155	1	6278f5dc-3416-53a8-bdc7-54ac5ca09a89	domnaer.reintegration.reintegration_case_opened.v1	2014-06-13 02:00:00+00	2026-11-29 06:08:06.44568+00	{"recorded":{"by":"reintegration","office":"NEA","how":"live","precision":"second"},"sex":2,"age_band":"unknown","about":"crossing-7914fe8f-2381-5a0d-969a-1744f9a5d72e","return_event_id":"7914fe8f-2381-5a0d-969a-1744f9a5d72e","returned_from":"THA","deported":false}	{"form":"clear","evidence_id":"7914fe8f-2381-5a0d-969a-1744f9a5d72e","documents":[{"kind":"passport","number":"N2000006","issued_by":"KHM"}],"name":{"khmer":"ម៉ៅ","latin":"MAO SAMBO"},"relatives":[],"words":{}}	["fdd8b07884408031cbf1970d2e3f1d33"]	{7914fe8f-2381-5a0d-969a-1744f9a5d72e,bf01a456-5128-5038-ac9c-f063ff8bb155,fdd8b078-8440-8031-cbf1-970d2e3f1d33}	01a225ea-fb03-75b6-b193-da5eefd579d9
skills.referrals	reintegration-case-01a83247-4478-5e76-adc5-4cb8b0e6ea11	1	59349513-e3e8-569a-94f6-8ed6219dd879	domnaer.reintegration.reintegration_case_opened.v1	2014-06-13 02:00:00+00	2026-11-29 06:08:06.44568+00	{"recorded":{"by":"reintegration","office":"NEA","how":"live","precision":"second"},"sex":2,"age_band":"unknown","about":"crossing-bfeea813-fc2a-5b60-b398-682eaf552852","return_event_id":"bfeea813-fc2a-5b60-b398-682eaf552852","returned_from":"THA","deported":false}	{"form":"clear","evidence_id":"bfeea813-fc2a-5b60-b398-682eaf552852","documents":[{"kind":"passport","number":"N2000004","issued_by":"KHM"}],"name":{"khmer":"ម៉ៅ","latin":"MAO KOLAB"},"relatives":[],"words":{}}	["7e7d01aa1d874ed8725e6f3a3cd1c361"]	{01a83247-4478-5e76-adc5-4cb8b0e6ea11,7e7d01aa-1d87-4ed8-725e-6f3a3cd1c361,bfeea813-fc2a-5b60-b398-682eaf552852}	01a225ea-fb03-75b6-b193-da5eefd579d9
\.


--
-- Data for Name: idempotency; Type: TABLE DATA; Schema: public; Owner: skills_owner
--

COPY public.idempotency (caller, key, digest, status, outcome, created_at) FROM stdin;
assessor	upgrade-fixture-22	\\x04b8bace3eb4e6c7a4b94fd19950ab6d	200	{"id":"5bcd220b-e312-5672-8dee-b4e18fdce92f","stream":"application-5bcd220b-e312-5672-8dee-b4e18fdce92f","version":2,"events":["01a225ea-f11f-7374-a57b-718e8e664514"]}	2026-11-29 06:08:03.872676+00
assessor	upgrade-fixture-23	\\x5e6c658c19422cb4fb600cb3e7212dbe	200	{"id":"5bcd220b-e312-5672-8dee-b4e18fdce92f","stream":"application-5bcd220b-e312-5672-8dee-b4e18fdce92f","version":3,"events":["01a225ea-f123-77fa-adf9-1f06444bd7a0"]}	2026-11-29 06:08:03.876367+00
assessor	upgrade-fixture-24	\\xcba95a3340716acaa54f0c79f4b7647e	200	{"id":"5bcd220b-e312-5672-8dee-b4e18fdce92f","stream":"application-5bcd220b-e312-5672-8dee-b4e18fdce92f","version":4,"events":["01a225ea-f126-704b-a965-651a6d441125"]}	2026-11-29 06:08:03.879224+00
\.


--
-- Data for Name: migrations; Type: TABLE DATA; Schema: public; Owner: skills_owner
--

COPY public.migrations (name, digest, applied_at) FROM stdin;
chassis.migrations/0001_record.sql	0ca27e7cd91052a910ac62867a6406f893dd4f42ac99444e9f81ea3e3547e00e	2026-11-29 06:07:57.347923+00
chassis.migrations/0002_outcomes.sql	e0f14b33f66aa93a16be8c575dd6182eddfddf9f172fc90184ec4161e3e89278	2026-11-29 06:07:57.41327+00
services.skills.migrations/0001_heard.sql	90a380beeb999843ef9a27d50c6e14953311f2f05cda19ec4d8059def0874373	2026-11-29 06:07:57.422396+00
\.


--
-- Data for Name: offsets; Type: TABLE DATA; Schema: public; Owner: skills_owner
--

COPY public.offsets (reader, build, topic, partition, incarnation, next_offset, last_id) FROM stdin;
skills.contracts	0	domnaer.recruitment.v1	0	0	0	\N
skills.contracts	0	domnaer.recruitment.v1	2	0	0	\N
skills.contracts	0	domnaer.recruitment.v1	3	1	4	01a225ea-e2b9-7019-aaee-7f042eeefc5b
skills.contracts	0	domnaer.recruitment.v1	1	1	3	01a225ea-faec-74a1-bb0e-6e8f1980921d
skills.referrals	0	domnaer.reintegration.v1	0	1	3	bdc100b1-1410-5970-a95c-e77c4f4622ed
skills.referrals	0	domnaer.reintegration.v1	1	1	6	30f34d4f-dded-5e12-a558-f88a80bb7be4
skills.referrals	0	domnaer.reintegration.v1	2	1	11	59349513-e3e8-569a-94f6-8ed6219dd879
skills.referrals	0	domnaer.reintegration.v1	3	1	3	1c4f5078-67d4-5af5-848c-f86983ae98d4
skills.who	0	domnaer.registry.who.v1	0	1	13	54c79ef3-9b00-55cd-a572-ff6beca8ee86
skills.who	0	domnaer.registry.who.v1	1	1	3	b640c33d-225a-5bad-9fc3-6efaf10002e0
skills.who	0	domnaer.registry.who.v1	2	1	13	50e014ad-51ff-5464-a798-dce69a20db5b
skills.who	0	domnaer.registry.who.v1	3	1	17	3ffc93c0-7bcc-5c9b-8e3d-7026853e657a
\.


--
-- Data for Name: relays; Type: TABLE DATA; Schema: public; Owner: skills_owner
--

COPY public.relays (outlet, topic, incarnation, tx, "position", published, last) FROM stdin;
skills.events	domnaer.skills.v1	1	903	4	4	{"1":[3,"01a225ea-f126-704b-a965-651a6d441125"]}
\.


--
-- Data for Name: upload_refusals; Type: TABLE DATA; Schema: public; Owner: skills_owner
--

COPY public.upload_refusals (upload_id, row_number, field, value, reason, caller, expires_at) FROM stdin;
\.


--
-- Data for Name: who; Type: TABLE DATA; Schema: public; Owner: skills_owner
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
-- Name: audit_entry_id_seq; Type: SEQUENCE SET; Schema: public; Owner: skills_owner
--

SELECT pg_catalog.setval('public.audit_entry_id_seq', 6, true);


--
-- Name: events_position_seq; Type: SEQUENCE SET; Schema: public; Owner: skills_owner
--

SELECT pg_catalog.setval('public.events_position_seq', 4, true);


--
-- Name: applications applications_pkey; Type: CONSTRAINT; Schema: applications_1; Owner: skills
--

ALTER TABLE ONLY applications_1.applications
    ADD CONSTRAINT applications_pkey PRIMARY KEY (application_id);


--
-- Name: audit audit_pkey; Type: CONSTRAINT; Schema: public; Owner: skills_owner
--

ALTER TABLE ONLY public.audit
    ADD CONSTRAINT audit_pkey PRIMARY KEY (entry_id);


--
-- Name: builds builds_pkey; Type: CONSTRAINT; Schema: public; Owner: skills_owner
--

ALTER TABLE ONLY public.builds
    ADD CONSTRAINT builds_pkey PRIMARY KEY (projection, build);


--
-- Name: dead_letters dead_letters_pkey; Type: CONSTRAINT; Schema: public; Owner: skills_owner
--

ALTER TABLE ONLY public.dead_letters
    ADD CONSTRAINT dead_letters_pkey PRIMARY KEY (reader, build, event_id);


--
-- Name: discarded_letters discarded_letters_pkey; Type: CONSTRAINT; Schema: public; Owner: skills_owner
--

ALTER TABLE ONLY public.discarded_letters
    ADD CONSTRAINT discarded_letters_pkey PRIMARY KEY (reader, event_id);


--
-- Name: events events_event_id; Type: CONSTRAINT; Schema: public; Owner: skills_owner
--

ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_event_id UNIQUE (event_id);


--
-- Name: events events_stream_version; Type: CONSTRAINT; Schema: public; Owner: skills_owner
--

ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_stream_version PRIMARY KEY (stream, version);


--
-- Name: heard heard_pkey; Type: CONSTRAINT; Schema: public; Owner: skills_owner
--

ALTER TABLE ONLY public.heard
    ADD CONSTRAINT heard_pkey PRIMARY KEY (reader, stream, version);


--
-- Name: idempotency idempotency_key; Type: CONSTRAINT; Schema: public; Owner: skills_owner
--

ALTER TABLE ONLY public.idempotency
    ADD CONSTRAINT idempotency_key PRIMARY KEY (caller, key);


--
-- Name: migrations migrations_pkey; Type: CONSTRAINT; Schema: public; Owner: skills_owner
--

ALTER TABLE ONLY public.migrations
    ADD CONSTRAINT migrations_pkey PRIMARY KEY (name);


--
-- Name: offsets offsets_pkey; Type: CONSTRAINT; Schema: public; Owner: skills_owner
--

ALTER TABLE ONLY public.offsets
    ADD CONSTRAINT offsets_pkey PRIMARY KEY (reader, build, topic, partition);


--
-- Name: relays relays_pkey; Type: CONSTRAINT; Schema: public; Owner: skills_owner
--

ALTER TABLE ONLY public.relays
    ADD CONSTRAINT relays_pkey PRIMARY KEY (outlet);


--
-- Name: upload_refusals upload_refusals_pkey; Type: CONSTRAINT; Schema: public; Owner: skills_owner
--

ALTER TABLE ONLY public.upload_refusals
    ADD CONSTRAINT upload_refusals_pkey PRIMARY KEY (upload_id, row_number, field);


--
-- Name: who who_pkey; Type: CONSTRAINT; Schema: public; Owner: skills_owner
--

ALTER TABLE ONLY public.who
    ADD CONSTRAINT who_pkey PRIMARY KEY (node);


--
-- Name: applications_by_status; Type: INDEX; Schema: applications_1; Owner: skills
--

CREATE INDEX applications_by_status ON applications_1.applications USING btree (status, applied_at, application_id);


--
-- Name: builds_one_live; Type: INDEX; Schema: public; Owner: skills_owner
--

CREATE UNIQUE INDEX builds_one_live ON public.builds USING btree (projection) WHERE (state = 'live'::text);


--
-- Name: events_gate; Type: INDEX; Schema: public; Owner: skills_owner
--

CREATE INDEX events_gate ON public.events USING btree (tx, "position");


--
-- Name: heard_by_node; Type: INDEX; Schema: public; Owner: skills_owner
--

CREATE INDEX heard_by_node ON public.heard USING gin (nodes);


--
-- Name: idempotency_created; Type: INDEX; Schema: public; Owner: skills_owner
--

CREATE INDEX idempotency_created ON public.idempotency USING btree (created_at);


--
-- Name: who_by_number; Type: INDEX; Schema: public; Owner: skills_owner
--

CREATE INDEX who_by_number ON public.who USING btree (number);


--
-- Name: DATABASE skills; Type: ACL; Schema: -; Owner: skills_owner
--

GRANT CREATE,CONNECT ON DATABASE skills TO skills;


--
-- Name: FUNCTION hold_key(lock bigint); Type: ACL; Schema: public; Owner: skills_owner
--

GRANT ALL ON FUNCTION public.hold_key(lock bigint) TO skills;


--
-- Name: TABLE audit; Type: ACL; Schema: public; Owner: skills_owner
--

GRANT SELECT,INSERT ON TABLE public.audit TO skills;


--
-- Name: TABLE builds; Type: ACL; Schema: public; Owner: skills_owner
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.builds TO skills;


--
-- Name: TABLE dead_letters; Type: ACL; Schema: public; Owner: skills_owner
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.dead_letters TO skills;


--
-- Name: TABLE discarded_letters; Type: ACL; Schema: public; Owner: skills_owner
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.discarded_letters TO skills;


--
-- Name: TABLE events; Type: ACL; Schema: public; Owner: skills_owner
--

GRANT SELECT,INSERT ON TABLE public.events TO skills;


--
-- Name: TABLE heard; Type: ACL; Schema: public; Owner: skills_owner
--

GRANT SELECT,INSERT ON TABLE public.heard TO skills;


--
-- Name: TABLE idempotency; Type: ACL; Schema: public; Owner: skills_owner
--

GRANT SELECT,INSERT,DELETE ON TABLE public.idempotency TO skills;


--
-- Name: TABLE offsets; Type: ACL; Schema: public; Owner: skills_owner
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.offsets TO skills;


--
-- Name: TABLE relays; Type: ACL; Schema: public; Owner: skills_owner
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.relays TO skills;


--
-- Name: TABLE upload_refusals; Type: ACL; Schema: public; Owner: skills_owner
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.upload_refusals TO skills;


--
-- Name: TABLE who; Type: ACL; Schema: public; Owner: skills_owner
--

GRANT SELECT,INSERT,UPDATE ON TABLE public.who TO skills;


--
-- PostgreSQL database dump complete
--

\unrestrict iIfP17OOx6qqh6ZhNuMTkMSibnfZACrWB5oXtdiOwV11hFFT8u5a72iO9lLQInZ

